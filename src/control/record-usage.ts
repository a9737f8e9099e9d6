import type { UsageDelta } from '../contract/usage-delta.ts';
import type { ControlPorts } from './ports.ts';

export interface RecordedUsage {
  readonly applied: number;
  /** Deltas that had been applied before, and so were ignored. */
  readonly repeated: number;
}

/**
 * Adds the deltas of one flush to the usage rows and the denied peers, all of them in one transaction. Those of one worker come in their
 * order; one that was added before is ignored, so that the caller may send again whatever it is not sure of.
 *
 * Rejects with a `StoreError`, and then has added nothing: the caller keeps the deltas and sends them again.
 */
export async function recordUsage(ports: ControlPorts, deltas: readonly UsageDelta[]): Promise<RecordedUsage> {
  if (deltas.length === 0) {
    return { applied: 0, repeated: 0 };
  }
  const now = ports.clock.unixNow();
  return ports.store.transact(async (session) => {
    let applied = 0;
    for (const delta of deltas) {
      if (await session.usage.apply(delta, now)) {
        await session.deniedPeers.add(delta.deniedPeers ?? []);
        applied += 1;
      }
    }
    return { applied, repeated: deltas.length - applied };
  });
}
