import { type FormEvent, useState } from 'react';
import { useInvitePerson } from '../../api/people.ts';
import type { Role } from '../../api/session.ts';
import { useSignedIn } from '../../app/signed-in.tsx';
import { Field } from '../../ui/field.tsx';
import { Modal } from '../../ui/modal.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { ROLE_CHOICES } from './role-choices.ts';

/** Invites a person: makes a link that they are to be sent. */
export function InvitePerson() {
  const [isOpen, setOpen] = useState(false);
  const invite = useInvitePerson();
  const close = (): void => {
    setOpen(false);
    invite.reset();
  };
  return (
    <>
      <button type="button" className="button button-main" onClick={() => setOpen(true)}>
        Invite
      </button>
      <Modal title="Invite a person" isOpen={isOpen} onClose={close}>
        {invite.data === undefined ? (
          <InviteForm invite={invite} onCancel={close} />
        ) : (
          <div className="stack">
            <SecretOnce name="The link." secret={new URL(invite.data.link, location.origin).href} />
            <p className="soft">Send it to them yourself. It is good once, for three days.</p>
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

interface InviteFormProps {
  readonly invite: ReturnType<typeof useInvitePerson>;
  readonly onCancel: () => void;
}

function InviteForm({ invite, onCancel }: InviteFormProps) {
  const { accounts } = useSignedIn();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const [accountId, setAccountId] = useState('*');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    invite.mutate({ name, email, roles: [{ account_id: accountId, role }] });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field label="Name" required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
      <Field
        label="Email"
        type="email"
        required
        hint="What they sign in with. Nothing is sent to it."
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <SelectField
        label="Role"
        choices={ROLE_CHOICES}
        value={role}
        onChange={(event) => setRole(event.target.value as Role)}
      />
      <SelectField
        label="Of"
        choices={[
          ['*', 'All accounts'],
          ...accounts.map((one) => [one.id, one.name === '' ? one.id : one.name] as const),
        ]}
        value={accountId}
        onChange={(event) => setAccountId(event.target.value)}
      />
      <ProblemNotice error={invite.error} />
      <div className="row">
        <button type="submit" className="button button-main" disabled={invite.isPending}>
          Make the invitation
        </button>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
