import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { send } from '../../api/client.ts';
import { hasPasskeys, signInWithPasskey } from '../../api/passkeys.ts';
import { useBeginSession } from '../../api/session.ts';
import { Field } from '../../ui/field.tsx';
import { Gate } from '../../ui/gate.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';

/** Signs a person in, with a password or a passkey, and leads them to where they were going. */
export function SignInPage() {
  const navigate = useNavigate();
  const { next } = useSearch({ from: '/sign-in' });
  const beginSession = useBeginSession();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: (way: 'password' | 'passkey') =>
      way === 'password' ? send('post', '/session', { email, password }) : signInWithPasskey(),
    onSuccess: async (answer) => {
      beginSession(answer);
      await navigate({ href: next ?? '/' });
    },
    // Whoever mistyped types it again.
    onError: () => setPassword(''),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    signIn.mutate('password');
  };
  return (
    <Gate title="Sign in">
      <form className="form" onSubmit={submit}>
        <Field
          label="Email"
          type="email"
          required
          autoComplete="username webauthn"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Field
          label="Password"
          type="password"
          required
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <ProblemNotice error={signIn.error} />
        <button type="submit" className="button button-main" disabled={signIn.isPending}>
          Sign in
        </button>
        {hasPasskeys && (
          <button type="button" className="button" disabled={signIn.isPending} onClick={() => signIn.mutate('passkey')}>
            Sign in with a passkey
          </button>
        )}
      </form>
      <p className="soft small">
        Nobody has an account here yet? The service prints a link to set it up when it starts, and{' '}
        <code>taciturn setup-link</code> prints a new one.
      </p>
    </Gate>
  );
}
