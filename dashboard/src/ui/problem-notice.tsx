import type { ReactNode } from 'react';

/** Says that something failed, in the words of the service, and offers what can be done. */
export function ProblemNotice({ error, children }: { readonly error: Error | null; readonly children?: ReactNode }) {
  return error === null ? null : (
    <div className="notice notice-danger" role="alert">
      <p>{error.message}</p>
      {children}
    </div>
  );
}
