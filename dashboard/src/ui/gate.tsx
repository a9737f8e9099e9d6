import { type ReactNode, useEffect } from 'react';
import { BrandMark } from './brand-mark.tsx';

interface GateProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

/** A page for who is not signed in: one thing to do, and nothing beside it. */
export function Gate({ title, lead, isWide = false, children }: GateProps) {
  useEffect(() => {
    document.title = `${title} · Taciturn`;
  }, [title]);
  return (
    <div className={isWide ? 'gate gate-wide' : 'gate'}>
      <main id="main" tabIndex={-1}>
        <div className="brand brand-gate">
          <BrandMark />
          Taciturn
        </div>
        <div className="stack">
          <h1>{title}</h1>
          {lead !== undefined && <p className="soft">{lead}</p>}
        </div>
        {children}
      </main>
    </div>
  );
}
