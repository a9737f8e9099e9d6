import { type ReactNode, useEffect } from 'react';

interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of every page: its name, a sentence about it, and what can be done on it. */
export function Page({ title, lead, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Taciturn`;
  }, [title]);
  return (
    <main id="main" className="page" tabIndex={-1}>
      <div className="page-head">
        <div>
          <h1>
            <bdi>{title}</bdi>
          </h1>
          {lead !== undefined && <p className="soft">{lead}</p>}
        </div>
        {actions !== undefined && <div className="row">{actions}</div>}
      </div>
      {children}
    </main>
  );
}
