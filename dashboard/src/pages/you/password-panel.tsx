import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { send } from '../../api/client.ts';
import { Field } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { NewPasswordField } from '../setup/new-password-field.tsx';

/** Changes the password, which signs the person out everywhere else. */
export function PasswordPanel() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useMutation({
    mutationFn: () => send('put', '/person/password', { current, new: next }),
    onSuccess: () => {
      setCurrent('');
      setNext('');
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Panel title="Password" lead="A new one signs you out everywhere but here.">
      <form className="form" onSubmit={submit}>
        <Field
          label="Current password"
          type="password"
          required
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <NewPasswordField label="New password" value={next} onChange={setNext} />
        <ProblemNotice error={change.error} />
        {change.isSuccess && (
          <div className="notice notice-good" role="status">
            <p>The password is changed.</p>
          </div>
        )}
        <div>
          <button type="submit" className="button" disabled={change.isPending}>
            Change the password
          </button>
        </div>
      </form>
    </Panel>
  );
}
