import { Link, useLocation, useParams } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import type { Session } from '../api/session.ts';
import { BrandMark } from '../ui/brand-mark.tsx';
import { Navigation } from './navigation.tsx';
import { PersonMenu } from './person-menu.tsx';
import { ZoneSwitch } from './zone-switch.tsx';

/** Navigation beside the page, and above it what concerns the viewer. */
export function Shell({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  const { accountId } = useParams({ strict: false });
  const { pathname } = useLocation();
  const [isOpen, setOpen] = useState(false);
  const current = accountId ?? session.accounts[0]?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a narrow screen the navigation gives way to the page that was chosen.
  useEffect(() => setOpen(false), [pathname]);
  return (
    <div className="shell">
      <header className="nav" data-open={isOpen} id="navigation">
        <Link to="/" className="brand">
          <BrandMark />
          Taciturn
        </Link>
        <Navigation session={session} accountId={current} />
      </header>
      <div>
        <div className="top">
          <button
            type="button"
            className="button button-small nav-toggle"
            aria-expanded={isOpen}
            aria-controls="navigation"
            onClick={() => setOpen(!isOpen)}
          >
            Menu
          </button>
          <span />
          <div className="row">
            <ZoneSwitch />
            <PersonMenu session={session} />
          </div>
        </div>
        {children}
      </div>
    </div>
  );
}
