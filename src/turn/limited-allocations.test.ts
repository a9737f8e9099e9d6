import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/clock.ts';
import { LimitedAllocations } from './limited-allocations.ts';

test('of the packets that an allocation loses, the first is noted, and then one a second', () => {
  const limited = new LimitedAllocations();
  for (const allocation of [0, 500]) {
    limited.start(allocation);
    const noted = [0, 1, 999, 1_000, 1_999, 2_000, 9_000].filter((ms) =>
      limited.isNewlyLimited(allocation, ms as Instant),
    );
    assert.deepEqual(noted, [0, 1_000, 2_000, 9_000]);
  }
  limited.start(0);
  assert.equal(limited.isNewlyLimited(0, 9_001 as Instant), true);
});
