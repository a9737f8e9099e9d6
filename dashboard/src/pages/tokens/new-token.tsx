import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { callApi } from '../../api/client.ts';
import { Field } from '../../ui/field.tsx';
import { Modal } from '../../ui/modal.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';

const PERMISSIONS = [
  ['Calls Read', 'see keys, limits and live allocations'],
  ['Calls Write', 'change them, and make and revoke credentials'],
  ['Account Analytics Read', 'see usage'],
] as const;
type Permission = (typeof PERMISSIONS)[number][0];

interface NewTokenProps {
  readonly accountId: string;
  readonly onMade: () => Promise<void>;
}

/** Makes a token that may do what is ticked, and shows it once. */
export function NewToken({ accountId, onMade }: NewTokenProps) {
  const [isOpen, setOpen] = useState(false);
  const create = useMutation({
    mutationFn: async (body: { readonly name: string; readonly permissions: Permission[] }) =>
      (await callApi('post', '/client/v4/accounts/{accountId}/tokens', { params: { accountId }, body })).result,
    onSuccess: onMade,
  });
  const close = (): void => {
    setOpen(false);
    create.reset();
  };
  return (
    <>
      <button type="button" className="button button-main" onClick={() => setOpen(true)}>
        New token
      </button>
      <Modal title="New token" isOpen={isOpen} onClose={close}>
        {create.data === undefined ? (
          <TokenForm isBusy={create.isPending} error={create.error} onSubmit={create.mutate} onCancel={close} />
        ) : (
          <div className="stack">
            <SecretOnce name="The token." secret={create.data.value} />
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

interface TokenFormProps {
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (body: { readonly name: string; readonly permissions: Permission[] }) => void;
  readonly onCancel: () => void;
}

function TokenForm({ isBusy, error, onSubmit, onCancel }: TokenFormProps) {
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<readonly Permission[]>(['Calls Read']);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit({ name, permissions: [...chosen] });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field label="Name" required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
      <fieldset className="stack">
        <legend className="field-label">It may</legend>
        {PERMISSIONS.map(([permission, meaning]) => (
          <label key={permission} className="check">
            <input
              type="checkbox"
              checked={chosen.includes(permission)}
              onChange={({ target }) =>
                setChosen(target.checked ? [...chosen, permission] : chosen.filter((one) => one !== permission))
              }
            />
            <span>
              {permission} <span className="soft">– {meaning}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <ProblemNotice error={error} />
      <div className="row">
        <button type="submit" className="button button-main" disabled={isBusy || chosen.length === 0}>
          Make the token
        </button>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
