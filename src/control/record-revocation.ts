import type { ControlPorts, Revocation } from './ports.ts';

/** Records a revocation that is not covered by an earlier one, with its change, and tells every node. */
export async function recordRevocation(ports: ControlPorts, revocation: Revocation): Promise<void> {
  const now = ports.clock.unixNow();
  const seq = await ports.store.transact(async (session) => {
    const isNew = await session.revocations.put(revocation, now);
    return isNew ? session.changeLog.append(revocation, now) : undefined;
  });
  if (seq !== undefined) {
    ports.bus.publish({ seq });
  }
}
