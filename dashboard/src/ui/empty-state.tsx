import type { ReactNode } from 'react';

/** Says that there is nothing yet, why, and what to do to change that. */
export function EmptyState({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <h3>{title}</h3>
      {children}
    </div>
  );
}
