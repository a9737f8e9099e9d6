import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TICKS_PER_SECOND, TICKS_PER_US } from './load-clock.ts';
import { RatePacer } from './rate-pacer.ts';

/** Asks every `stepUs` for a second; tells what was sent at each. */
function askForASecond(pacer: RatePacer, stepUs: number): readonly number[] {
  const sent: number[] = [];
  for (let now = 0; now <= TICKS_PER_SECOND; now += stepUs * TICKS_PER_US) {
    sent.push(pacer.countDue(now));
  }
  return sent;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

describe('rate pacer', () => {
  for (const rate of [1, 1_000, 20_000, 300_000]) {
    test(`sends ${rate} a second, whoever asks how often`, () => {
      for (const stepUs of [1, 7, 50]) {
        const total = sum(askForASecond(new RatePacer(rate, 64, 0), stepUs));
        assert.ok(
          Math.abs(total - rate) <= Math.max(1, rate / 10_000) + 64,
          `${total} at ${rate}, asked each ${stepUs} µs`,
        );
      }
    });
  }

  test('sends one by one where the rate is low', () => {
    assert.equal(Math.max(...askForASecond(new RatePacer(10_000, 64, 0), 10)), 1);
  });

  test('skips what it cannot catch up on, and says so', () => {
    const pacer = new RatePacer(100_000, 32, 0);
    assert.equal(pacer.countDue(TICKS_PER_SECOND), 32);
    // 50 stay due: half a millisecond at this rate, of which 32 were sent.
    assert.equal(pacer.skipped, 100_000 - 50);
    assert.equal(pacer.countDue(TICKS_PER_SECOND + 50 * TICKS_PER_US), 23);
  });
});
