import { type ReactNode, useId } from 'react';

interface PanelProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One subject of a page. */
export function Panel({ title, lead, actions, children }: PanelProps) {
  const titleId = useId();
  return (
    <section className="panel" aria-labelledby={titleId}>
      <div className="panel-head">
        <h2 id={titleId}>{title}</h2>
        {actions !== undefined && <div className="row">{actions}</div>}
      </div>
      {lead !== undefined && <p className="soft">{lead}</p>}
      {children}
    </section>
  );
}
