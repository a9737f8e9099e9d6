import { useSignedIn } from '../../app/signed-in.tsx';
import { Page } from '../../ui/page.tsx';
import { PasskeysPanel } from './passkeys-panel.tsx';
import { PasswordPanel } from './password-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';

/** What a person can change about themselves. */
export function YouPage() {
  const { person } = useSignedIn();
  return (
    <Page title={person.name} lead={<bdi>{person.email}</bdi>}>
      <SessionsPanel />
      <PasskeysPanel />
      <PasswordPanel />
    </Page>
  );
}
