import type { UnixMs } from '../base/clock.ts';
import type { Actor } from './actor.ts';
import type { AuditedAction } from './audit-entry.ts';
import type { StoreSession } from './ports.ts';

/** Writes down who did what, in the transaction that does it: both are durable, or neither. */
export function recordAudit(session: StoreSession, by: Actor, done: AuditedAction, at: UnixMs): Promise<void> {
  return session.audit.append({ ...done, actor: by, at });
}
