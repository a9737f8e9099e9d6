import { useQuery } from '@tanstack/react-query';
import { callApi, type ResultOf } from './client.ts';

const LIVE = '/client/v4/accounts/{accountId}/calls/turn_live';
const EVERY_MS = 1_000;

export type LiveAccount = ResultOf<typeof LIVE, 'get'>;

/** What an account does at this moment, in sums, asked each second while the page is seen. */
export function useLiveAccount(accountId: string) {
  return useQuery({
    queryKey: ['live-account', accountId],
    queryFn: async ({ signal }) => (await callApi('get', LIVE, { params: { accountId }, signal })).result,
    refetchInterval: EVERY_MS,
  });
}
