import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { LoadingLines } from './loading-lines.tsx';
import { ProblemNotice } from './problem-notice.tsx';

interface LoadedProps<Data> {
  readonly query: UseQueryResult<Data, Error>;
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}

/** What a query brought; until then that it is on its way, or why it did not come. Old data stays when a renewal fails. */
export function Loaded<Data>({ query, lines, children }: LoadedProps<Data>) {
  if (query.data !== undefined) {
    return (
      <>
        {query.error !== null && <ProblemNotice error={query.error} />}
        {children(query.data)}
      </>
    );
  }
  if (query.error === null) {
    return <LoadingLines {...(lines === undefined ? {} : { lines })} />;
  }
  return (
    <ProblemNotice error={query.error}>
      <div>
        <button type="button" className="button button-small" onClick={() => void query.refetch()}>
          Try again
        </button>
      </div>
    </ProblemNotice>
  );
}
