import type { Clock } from '../base/clock.ts';
import type { Store } from './ports.ts';

/**
 * Notes that a start came to its end, and that the operator was told what it had made. Until then every start makes the
 * admin token anew, so that one that nobody has seen is never the one that counts.
 */
export function completeStart({ store, clock }: { readonly store: Store; readonly clock: Clock }): Promise<void> {
  return store.transact(async (session) => {
    const installation = await session.installation.read();
    if (installation !== undefined && installation.startedAt === undefined) {
      await session.installation.put({ ...installation, startedAt: clock.unixNow() });
    }
  });
}
