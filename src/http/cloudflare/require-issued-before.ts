import type { UnixMs } from '../../base/clock.ts';
import { parseRfc3339 } from '../../control/rfc3339.ts';
import { HttpProblem } from '../problem.ts';

/**
 * The moment of a bulk revocation, where a request names one.
 * @throws {HttpProblem} `invalid_issued_before`.
 */
export function requireIssuedBefore(issuedBefore: string | undefined): UnixMs | undefined {
  const moment = issuedBefore === undefined ? undefined : parseRfc3339(issuedBefore);
  if (issuedBefore !== undefined && moment === undefined) {
    throw new HttpProblem('invalid_issued_before', { pointer: '/issuedBefore' });
  }
  return moment;
}
