import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/api-error.ts';
import { SESSION_KEY } from '../api/session.ts';
import { reportReachable } from './is-reachable.ts';

const RETRIES_MAX = 2;

/** What is known of the service, for as long as the page is open. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => noteFailure(error),
    onSuccess: () => reportReachable(true),
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal stays a refusal; what did not arrive may arrive.
      retry: (failures, error) => isPassing(error) && failures < RETRIES_MAX,
      // The page is served by the service itself, on networks that the browser may think are none.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

function noteFailure(error: Error): void {
  if (!(error instanceof ApiError)) {
    return;
  }
  if (error.status === 0) {
    reportReachable(false);
  } else if (error.status === 401) {
    void queryClient.invalidateQueries({ queryKey: SESSION_KEY });
  }
}

function isPassing(error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}
