import { AUDIT_OFFSET_MAX } from '../base/limits.ts';
import type { AuditEntry, AuditQuery } from './audit-entry.ts';
import { ControlError } from './errors.ts';
import { type PageRequest, parsePageRequest } from './page-request.ts';
import type { ControlPorts } from './ports.ts';
import { requireAccount } from './require-account.ts';

/** What an entry has to be to be listed, and in which order. */
export type AuditFilter = Omit<AuditQuery, 'accountId' | 'offset' | 'limit'>;

/**
 * One page of the audit log: an account's, or, without an account, the whole installation's. Nothing is counted, since
 * there may be millions; a page far behind is reached by the place of an entry (`after`), which costs the same anywhere.
 * @throws {ControlError} `account-not-found`, `invalid-page`.
 */
export async function listAuditEntries(
  ports: ControlPorts,
  accountId: string | undefined,
  filter: AuditFilter,
  input: PageRequest,
): Promise<readonly AuditEntry[]> {
  const page = parsePageRequest(input);
  if (page.offset + page.limit > AUDIT_OFFSET_MAX) {
    throw new ControlError(
      'invalid-page',
      `Pages reach ${AUDIT_OFFSET_MAX} entries far. Go on with the cursor of the page before, or narrow since and before.`,
    );
  }
  return ports.store.view(async (session) => {
    const account = accountId === undefined ? undefined : await requireAccount(session, accountId);
    return session.audit.list({ ...filter, ...page, accountId: account?.id });
  });
}
