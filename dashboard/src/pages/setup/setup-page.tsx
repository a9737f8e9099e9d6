import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { send } from '../../api/client.ts';
import { useBeginSession } from '../../api/session.ts';
import { Field } from '../../ui/field.tsx';
import { Gate } from '../../ui/gate.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { NewPasswordField } from './new-password-field.tsx';
import { readFragmentToken } from './read-fragment-token.ts';

/** The first visit: makes the first person, and leads them to their first key. */
export function SetupPage() {
  const navigate = useNavigate();
  const beginSession = useBeginSession();
  const [token] = useState(readFragmentToken);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const setUp = useMutation({
    mutationFn: () => send('post', '/setup', { token, name, email, password }),
    onSuccess: async (answer) => {
      beginSession(answer);
      const [account] = (answer as { result: { accounts: readonly { id: string }[] } }).result.accounts;
      await (account === undefined
        ? navigate({ to: '/' })
        : navigate({ to: '/accounts/$accountId/keys/new', params: { accountId: account.id } }));
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setUp.mutate();
  };
  if (token === '') {
    return (
      <Gate title="Set up">
        <div className="notice">
          <p>
            This page needs the link that the service printed when it started. If it is gone, run{' '}
            <code>taciturn setup-link</code> on the machine, which prints a new one.
          </p>
        </div>
      </Gate>
    );
  }
  return (
    <Gate
      title="Welcome"
      lead="You are the first person here, and its owner: you can do everything, and invite others."
    >
      <form className="form" onSubmit={submit}>
        <Field
          label="Your name"
          required
          maxLength={200}
          autoComplete="name"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          label="Email"
          type="email"
          required
          autoComplete="username"
          hint="What you sign in with. Nothing is ever sent to it."
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <NewPasswordField value={password} onChange={setPassword} />
        <ProblemNotice error={setUp.error} />
        <button type="submit" className="button button-main" disabled={setUp.isPending}>
          Begin
        </button>
      </form>
    </Gate>
  );
}
