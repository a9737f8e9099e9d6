import { useMutation } from '@tanstack/react-query';
import { fillPath, send } from './client.ts';

const BASE = '/accounts/{accountId}/calls/turn_keys/{keyUid}/credentials';

export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

export interface GeneratedCredential {
  readonly iceServers: readonly IceServer[];
  readonly username: string;
  readonly expires_on: string;
}

export interface DecodedUsername {
  readonly key_uid: string;
  readonly custom_identifier: string;
  readonly issued_on: string;
  readonly expires_on: string;
  readonly revoked: boolean;
  readonly live_allocations: number;
}

export interface CredentialRequest {
  readonly keyUid: string;
  readonly ttl: number;
  readonly customIdentifier?: string;
}

/** Makes a credential of a key of the account. */
export async function generateCredential(accountId: string, request: CredentialRequest): Promise<GeneratedCredential> {
  const { keyUid, ...body } = request;
  return (await post(accountId, keyUid, '', body)) as GeneratedCredential;
}

export function useGenerateCredential(accountId: string) {
  return useMutation({ mutationFn: (request: CredentialRequest) => generateCredential(accountId, request) });
}

/** Whose credentials are revoked: one username's, or all of one user's. */
export type Revocation = { readonly username: string } | { readonly customIdentifier: string };

export function useRevokeCredential(accountId: string, keyUid: string) {
  return useMutation({ mutationFn: (whose: Revocation) => post(accountId, keyUid, '/revoke', whose) });
}

export function useDecodeUsername(accountId: string, keyUid: string) {
  return useMutation({
    mutationFn: async (username: string) => (await post(accountId, keyUid, '/decode', { username })) as DecodedUsername,
  });
}

async function post(accountId: string, keyUid: string, action: string, body: object): Promise<unknown> {
  const answer = await send('post', fillPath(BASE, { accountId, keyUid }) + action, body);
  return (answer as { result: unknown }).result;
}
