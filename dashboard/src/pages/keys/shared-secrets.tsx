import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { callApi } from '../../api/client.ts';
import { ConfirmModal } from '../../ui/confirm-modal.tsx';
import { Field } from '../../ui/field.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';

const SECRETS = '/client/v4/accounts/{accountId}/calls/turn_keys/{keyUid}/shared_secrets';

interface SharedSecretsProps {
  readonly accountId: string;
  readonly keyUid: string;
  readonly mayWrite: boolean;
}

/** The secrets with which programs make credentials of the key by themselves. */
export function SharedSecrets({ accountId, keyUid, mayWrite }: SharedSecretsProps) {
  const params = { accountId, keyUid };
  const client = useQueryClient();
  const queryKey = ['shared-secrets', accountId, keyUid];
  const [doomed, setDoomed] = useState<{ readonly id: string; readonly name: string }>();
  const secrets = useQuery({
    queryKey,
    queryFn: async ({ signal }) => (await callApi('get', SECRETS, { params, signal })).result,
  });
  const remove = useMutation({
    mutationFn: (secretId: string) => callApi('delete', `${SECRETS}/{secretId}`, { params: { ...params, secretId } }),
    onSuccess: () => {
      setDoomed(undefined);
      return client.invalidateQueries({ queryKey });
    },
  });
  return (
    <Panel
      title="Shared secrets"
      lead="For programs that make their own credentials from a static secret, as many video servers do."
      actions={mayWrite && <NewSecret params={params} onMade={() => client.invalidateQueries({ queryKey })} />}
    >
      <Loaded query={secrets}>
        {(items) =>
          items.length === 0 ? (
            <p className="soft">There is none, and most apps need none.</p>
          ) : (
            <table>
              <tbody>
                {items.map(({ id, name, created }) => (
                  <tr key={id}>
                    <td>
                      <bdi>{name === '' ? 'Unnamed' : name}</bdi>
                    </td>
                    <td>
                      <Moment at={created} />
                    </td>
                    <td className="number">
                      {mayWrite && (
                        <button
                          type="button"
                          className="button button-small button-danger"
                          onClick={() => setDoomed({ id, name })}
                        >
                          Delete
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
      <ConfirmModal
        title="Delete the shared secret?"
        action="Delete the secret"
        isOpen={doomed !== undefined}
        isBusy={remove.isPending}
        error={remove.error}
        onClose={() => setDoomed(undefined)}
        onConfirm={() => doomed !== undefined && remove.mutate(doomed.id)}
      >
        <p>The credentials that were made with it end at once, and their live allocations with them.</p>
      </ConfirmModal>
    </Panel>
  );
}

interface NewSecretProps {
  readonly params: { readonly accountId: string; readonly keyUid: string };
  readonly onMade: () => Promise<void>;
}

function NewSecret({ params, onMade }: NewSecretProps) {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('');
  const create = useMutation({
    mutationFn: async () => (await callApi('post', SECRETS, { params, body: { name } })).result,
    onSuccess: onMade,
  });
  const close = (): void => {
    setOpen(false);
    setName('');
    create.reset();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <>
      <button type="button" className="button button-small" onClick={() => setOpen(true)}>
        New secret
      </button>
      <Modal title="New shared secret" isOpen={isOpen} onClose={close}>
        {create.data === undefined ? (
          <form className="stack" onSubmit={submit}>
            <Field label="Name" maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
            <ProblemNotice error={create.error} />
            <div className="row">
              <button type="submit" className="button button-main" disabled={create.isPending}>
                Make it
              </button>
              <button type="button" className="button" onClick={close}>
                Cancel
              </button>
            </div>
          </form>
        ) : (
          <div className="stack">
            <SecretOnce name="The secret." secret={create.data.secret} />
            <div>
              <button type="button" className="button" onClick={close}>
                Done
              </button>
            </div>
          </div>
        )}
      </Modal>
    </>
  );
}
