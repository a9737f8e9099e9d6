import { type FormEvent, useState } from 'react';
import { useRevokeCredential } from '../../api/credentials.ts';
import { ConfirmModal } from '../../ui/confirm-modal.tsx';
import { Field } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Segmented } from '../../ui/segmented.tsx';

type Whose = 'username' | 'customIdentifier';

const CHOICES = [
  ['username', 'One username'],
  ['customIdentifier', 'All of an identifier'],
] as const;

/** Revokes one credential, or all of one custom identifier. */
export function RevokePanel({ accountId, keyUid }: { readonly accountId: string; readonly keyUid: string }) {
  const [whose, setWhose] = useState<Whose>('username');
  const [text, setText] = useState('');
  const [isAsking, setAsking] = useState(false);
  const revoke = useRevokeCredential(accountId, keyUid);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    revoke.reset();
    setAsking(true);
  };
  const confirm = (): void => {
    const target = whose === 'username' ? { username: text.trim() } : { customIdentifier: text };
    revoke.mutate(target, { onSuccess: () => setAsking(false) });
  };
  return (
    <Panel title="Revoke">
      <Segmented label="What to revoke" value={whose} choices={CHOICES} onChange={setWhose} />
      <form className="form" onSubmit={submit}>
        <Field
          label={whose === 'username' ? 'Username to revoke' : 'Custom identifier to revoke'}
          required
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div>
          <button type="submit" className="button button-danger">
            Revoke…
          </button>
        </div>
      </form>
      {revoke.isSuccess && !isAsking && (
        <div className="notice notice-good" role="status">
          <p>Revoked. Its live allocations end within a second.</p>
        </div>
      )}
      <ConfirmModal
        title="Revoke?"
        action="Revoke"
        isOpen={isAsking}
        isBusy={revoke.isPending}
        error={revoke.error}
        onClose={() => setAsking(false)}
        onConfirm={confirm}
      >
        <p>
          {whose === 'username' ? 'The credential' : 'Every credential of this identifier that was issued until now'} is
          refused from now on, and its live allocations end. This cannot be undone.
        </p>
        <p>
          <bdi>
            <code>{text}</code>
          </bdi>
        </p>
      </ConfirmModal>
    </Panel>
  );
}
