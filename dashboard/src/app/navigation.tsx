import { Link, useNavigate } from '@tanstack/react-router';
import { hasRole, ownsInstallation, type Session } from '../api/session.ts';
import { SelectField } from '../ui/select-field.tsx';

const ACCOUNT_PAGES = [
  ['overview', 'Overview'],
  ['keys', 'Keys'],
  ['live', 'Live allocations'],
  ['credentials', 'Credentials'],
  ['connection-test', 'Test your connection'],
  ['analytics', 'Analytics'],
  ['audit-log', 'Audit log'],
] as const;

interface NavigationProps {
  readonly session: Session;
  readonly accountId: string | undefined;
}

/** The pages of the account that is looked at, and of the installation for those who own it. */
export function Navigation({ session, accountId }: NavigationProps) {
  return (
    <nav aria-label="Pages" className="nav-links">
      {accountId !== undefined && (
        <>
          {session.accounts.length > 1 && <AccountSwitch session={session} accountId={accountId} />}
          {ACCOUNT_PAGES.map(([page, name]) => (
            <Link key={page} to={`/accounts/$accountId/${page}`} params={{ accountId }} className="nav-link">
              {name}
            </Link>
          ))}
          {hasRole(session, accountId, 'owner') && (
            <Link to="/accounts/$accountId/tokens" params={{ accountId }} className="nav-link">
              API tokens
            </Link>
          )}
        </>
      )}
      {ownsInstallation(session) && (
        <>
          <span className="nav-heading">Installation</span>
          <Link to="/people" className="nav-link">
            People
          </Link>
          <Link to="/nodes" className="nav-link">
            Nodes
          </Link>
          <Link to="/settings" className="nav-link">
            Settings
          </Link>
        </>
      )}
      <span className="nav-heading">Reference</span>
      <a href="/docs" className="nav-link">
        API documentation
      </a>
    </nav>
  );
}

function AccountSwitch({ session, accountId }: { readonly session: Session; readonly accountId: string }) {
  const navigate = useNavigate();
  return (
    <SelectField
      label="Account"
      isLabelHidden
      value={accountId}
      choices={session.accounts.map(({ id, name }) => [id, name === '' ? id : name])}
      onChange={(event) =>
        void navigate({ to: '/accounts/$accountId/overview', params: { accountId: event.target.value } })
      }
    />
  );
}
