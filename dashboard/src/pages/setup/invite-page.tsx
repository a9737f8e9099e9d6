import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { send } from '../../api/client.ts';
import { Gate } from '../../ui/gate.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { NewPasswordField } from './new-password-field.tsx';
import { readFragmentToken } from './read-fragment-token.ts';

/** Where an invitation leads: the invited person chooses a password, and can sign in. */
export function InvitePage() {
  const navigate = useNavigate();
  const [token] = useState(readFragmentToken);
  const [password, setPassword] = useState('');
  const accept = useMutation({
    mutationFn: () => send('post', '/invitations/accept', { token, password }),
    onSuccess: () => navigate({ to: '/sign-in' }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    accept.mutate();
  };
  if (token === '') {
    return (
      <Gate title="Invitation">
        <div className="notice">
          <p>This page needs the whole link of an invitation. Ask whoever invited you for a new one.</p>
        </div>
      </Gate>
    );
  }
  return (
    <Gate title="You are invited" lead="Choose a password; then sign in with it and your email.">
      <form className="form" onSubmit={submit}>
        <NewPasswordField value={password} onChange={setPassword} />
        <ProblemNotice error={accept.error} />
        <button type="submit" className="button button-main" disabled={accept.isPending}>
          Accept
        </button>
      </form>
    </Gate>
  );
}
