import type { Actor } from './actor.ts';
import { type CredentialInput, type IssuedCredential, issueCredential } from './issue-credential.ts';
import type { ControlPorts } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireKey } from './require-key.ts';
import { formatRfc3339 } from './rfc3339.ts';

/**
 * Issues a credential on behalf of a person, who does not hold the key's token: unlike what a back end does, it is written down.
 * @throws {ControlError} `account-not-found`, `key-not-found`, and as `issueCredential`.
 */
export async function issueAuditedCredential(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  keyUid: string,
  input: CredentialInput,
): Promise<IssuedCredential> {
  return ports.store.transact(async (session) => {
    const key = await requireKey(session, accountId, keyUid);
    const issued = issueCredential(ports, key, input);
    const details = { turn_key: key.uid, expires_on: formatRfc3339(issued.expiresAt) };
    const deed = {
      action: 'credential_create',
      accountId: key.accountId,
      resourceId: issued.username,
      details,
    } as const;
    await recordAudit(session, by, deed, ports.clock.unixNow());
    return issued;
  });
}
