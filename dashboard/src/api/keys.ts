import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi, type ResultOf } from './client.ts';

const KEYS = '/client/v4/accounts/{accountId}/calls/turn_keys';
const KEY = `${KEYS}/{keyUid}` as const;

export type Key = ResultOf<typeof KEYS, 'get'>[number];
export type CreatedKey = ResultOf<typeof KEYS, 'post'>;

/** Keys on one page: an account has at most as many, unless its operator raised that. */
const PER_PAGE = 1000;

export function useKeys(accountId: string) {
  return useQuery({
    queryKey: ['keys', accountId],
    queryFn: async ({ signal }) =>
      (await callApi('get', KEYS, { params: { accountId }, query: { per_page: PER_PAGE }, signal })).result,
  });
}

export function useKey(accountId: string, keyUid: string) {
  return useQuery({
    queryKey: ['keys', accountId, keyUid],
    queryFn: async ({ signal }) => (await callApi('get', KEY, { params: { accountId, keyUid }, signal })).result,
  });
}

export function useCreateKey(accountId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => (await callApi('post', KEYS, { params: { accountId }, body: { name } })).result,
    onSuccess: () => client.invalidateQueries({ queryKey: ['keys', accountId] }),
  });
}

export function useRenameKey(accountId: string, keyUid: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => callApi('put', KEY, { params: { accountId, keyUid }, body: { name } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['keys', accountId] }),
  });
}

export function useRollKey(accountId: string, keyUid: string) {
  return useMutation({
    mutationFn: async (overlapSeconds: number) =>
      (
        await callApi('post', `${KEY}/roll`, {
          params: { accountId, keyUid },
          body: { overlap_seconds: overlapSeconds },
        })
      ).result,
  });
}

export function useDeleteKey(accountId: string, keyUid: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => callApi('delete', KEY, { params: { accountId, keyUid } }),
    onSuccess: () => {
      client.removeQueries({ queryKey: ['keys', accountId, keyUid] });
      return client.invalidateQueries({ queryKey: ['keys', accountId], exact: true });
    },
  });
}
