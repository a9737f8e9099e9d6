import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi, type ResultOf } from './client.ts';

const OF_ACCOUNT = '/client/v4/accounts/{accountId}/calls/limits';
const OF_KEY = '/client/v4/accounts/{accountId}/calls/turn_keys/{keyUid}/limits';

export type Limits = ResultOf<typeof OF_ACCOUNT, 'get'>;
export type LimitName = keyof Limits['limits'];

/** Limits of an account, or of a key, which has not all of them. */
export interface KnownLimits extends Omit<Limits, 'limits'> {
  readonly limits: Partial<Limits['limits']>;
}

/** Whose limits: an account's, or those of one of its keys. */
export interface LimitHolder {
  readonly accountId: string;
  readonly keyUid?: string | undefined;
}

export function useLimits({ accountId, keyUid }: LimitHolder) {
  return useQuery({
    queryKey: ['limits', accountId, keyUid],
    queryFn: async ({ signal }): Promise<KnownLimits> =>
      keyUid === undefined
        ? (await callApi('get', OF_ACCOUNT, { params: { accountId }, signal })).result
        : (await callApi('get', OF_KEY, { params: { accountId, keyUid }, signal })).result,
  });
}

/** Sets one limit, or gives it up with null. */
export function useSetLimit({ accountId, keyUid }: LimitHolder) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, value }: { readonly name: LimitName; readonly value: number | null }) => {
      const body = { [name]: value };
      await (keyUid === undefined
        ? callApi('put', OF_ACCOUNT, { params: { accountId }, body })
        : callApi('put', OF_KEY, { params: { accountId, keyUid }, body }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['limits', accountId] }),
  });
}
