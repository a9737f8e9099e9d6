import { useNavigate } from '@tanstack/react-router';
import { DropdownMenu } from 'radix-ui';
import { type Session, useEndSession } from '../api/session.ts';
import { changePreferences, type Theme, usePreferences } from './preferences.ts';

const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** Who is signed in, how they like to see things, and the way out. */
export function PersonMenu({ session }: { readonly session: Session }) {
  const navigate = useNavigate();
  const endSession = useEndSession();
  const { theme } = usePreferences();
  const signOut = async (): Promise<void> => {
    await endSession();
    await navigate({ to: '/sign-in' });
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button button-small">
        <bdi>{session.person.name}</bdi>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={6}>
          <DropdownMenu.Label className="menu-label">
            <bdi>{session.person.email}</bdi>
          </DropdownMenu.Label>
          <DropdownMenu.Item className="menu-item" onSelect={() => void navigate({ to: '/you' })}>
            Your account
          </DropdownMenu.Item>
          <DropdownMenu.Label className="menu-label">Theme</DropdownMenu.Label>
          <DropdownMenu.RadioGroup
            value={theme}
            onValueChange={(value) => changePreferences({ theme: value as Theme })}
          >
            {THEMES.map(([value, name]) => (
              <DropdownMenu.RadioItem key={value} value={value} className="menu-item">
                {name}
                <DropdownMenu.ItemIndicator>✓</DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Item className="menu-item" onSelect={() => void signOut()}>
            Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
