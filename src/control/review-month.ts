import { monthStart } from './month-start.ts';
import type { ControlPorts } from './ports.ts';
import { reviewEgress } from './review-egress.ts';

/** Decides anew whose monthly limits are reached: at a start, whose configuration may have other limits than the one before. */
export async function reviewMonth(ports: ControlPorts): Promise<void> {
  const now = ports.clock.unixNow();
  const { seq } = await ports.store.transact(async (session) =>
    reviewEgress(ports, session, await session.egress.list(monthStart(now)), now),
  );
  if (seq !== undefined) {
    ports.bus.publish({ seq });
  }
}
