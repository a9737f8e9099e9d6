import { ERROR_ALLOCATION_QUOTA_REACHED, ERROR_FORBIDDEN, reasonOf } from '../stun/registry/error-codes.ts';

/** A request that a server refuses, as a person knows it. */
export type RefusedRequest = 'Allocate' | 'permission' | 'Refresh';

/** Why a client got no further, with what would help where the code tells it. */
export function describeRefusal(request: RefusedRequest, code: number): string {
  const refusal = `the server refused the ${request} request (${code} ${reasonOf(code)})`;
  if (request === 'permission' && code === ERROR_FORBIDDEN) {
    return `${refusal}: it does not relay to the address of the peers, which are sockets of this machine; Taciturn does with peers.allow`;
  }
  return request === 'Allocate' && code === ERROR_ALLOCATION_QUOTA_REACHED
    ? `${refusal}: all allocations share one credential, which may have no more; Taciturn's setting is limits.allocations_per_credential`
    : refusal;
}
