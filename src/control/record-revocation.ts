import type { ControlPorts, Revocation } from './ports.ts';
import { queueRevocationEvent } from './queue-revocation-event.ts';

/** Records a revocation that is not covered by an earlier one, with its change, and tells every node. */
export async function recordRevocation(ports: ControlPorts, revocation: Revocation): Promise<void> {
  const now = ports.clock.unixNow();
  const seq = await ports.store.transact(async (session) => {
    const isNew = await session.revocations.put(revocation, now);
    if (!isNew) {
      return undefined;
    }
    await queueRevocationEvent(ports, session, revocation, now);
    return session.changeLog.append(revocation, now);
  });
  if (seq !== undefined) {
    ports.bus.publish({ seq });
  }
}
