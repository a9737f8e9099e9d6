import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { fillPath, send } from '../../api/client.ts';
import { addPasskey, hasPasskeys } from '../../api/passkeys.ts';
import { Field } from '../../ui/field.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';

interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly created_on: string;
  readonly last_used_on?: string;
}

const PASSKEYS_KEY = ['passkeys'] as const;

/** The passkeys of whoever is signed in. */
export function PasskeysPanel() {
  const client = useQueryClient();
  const renew = (): Promise<void> => client.invalidateQueries({ queryKey: PASSKEYS_KEY });
  const passkeys = useQuery({
    queryKey: PASSKEYS_KEY,
    queryFn: async () => ((await send('get', '/person/passkeys')) as { result: readonly Passkey[] }).result,
  });
  const remove = useMutation({
    mutationFn: (id: string) => send('delete', fillPath('/person/passkeys/{id}', { id })),
    onSuccess: renew,
  });
  return (
    <Panel title="Passkeys" lead="Sign in with this device, or a key on your key ring, and without a password.">
      <Loaded query={passkeys}>
        {(items) =>
          items.length === 0 ? (
            <p className="soft">You have none yet.</p>
          ) : (
            <table>
              <tbody>
                {items.map((passkey) => (
                  <tr key={passkey.id}>
                    <td>
                      <bdi>{passkey.name}</bdi>
                    </td>
                    <td className="soft">
                      made <Moment at={passkey.created_on} />
                    </td>
                    <td className="number">
                      <button
                        type="button"
                        className="button button-small button-danger"
                        disabled={remove.isPending}
                        onClick={() => remove.mutate(passkey.id)}
                      >
                        Delete
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
      <ProblemNotice error={remove.error} />
      {hasPasskeys ? (
        <AddPasskey onAdded={renew} />
      ) : (
        <p className="soft">This browser has no passkeys for this address: they need HTTPS, or localhost.</p>
      )}
    </Panel>
  );
}

function AddPasskey({ onAdded }: { readonly onAdded: () => Promise<void> }) {
  const [name, setName] = useState('');
  const add = useMutation({
    mutationFn: () => addPasskey(name),
    onSuccess: () => {
      setName('');
      return onAdded();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field
        label="Name of a new one"
        required
        maxLength={100}
        placeholder="laptop"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <ProblemNotice error={add.error} />
      <div>
        <button type="submit" className="button" disabled={add.isPending}>
          Add a passkey
        </button>
      </div>
    </form>
  );
}
