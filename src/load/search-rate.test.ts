import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ProbeOutcome, searchRate } from './search-rate.ts';

const PASSED: ProbeOutcome = { verdict: 'passed', isDisturbed: false, isHopeless: false };
const LOST: ProbeOutcome = { verdict: 'lost', isDisturbed: false, isHopeless: false };

describe('rate search', () => {
  for (const capacity of [700, 7_000, 123_456, 2_000_000]) {
    test(`finds a capacity of ${capacity} within 3 %`, async () => {
      const { passing, failing, generatorLimited } = await searchRate(async (rate) =>
        rate <= capacity ? PASSED : LOST,
      );
      assert.ok(passing <= capacity && failing > capacity, `${passing} to ${failing}`);
      assert.ok((failing - passing) / failing < 0.03, `${passing} to ${failing}`);
      assert.equal(generatorLimited, false);
    });
  }

  test('takes two undisturbed failures for an answer', async () => {
    const tried: number[] = [];
    await searchRate(async (rate) => {
      tried.push(rate);
      return rate < 10_000 ? PASSED : LOST;
    });
    assert.deepEqual(tried.slice(0, 4), [5_000, 10_000, 10_000, 7_500]);
  });

  test('repeats a failure that was disturbed, up to six times', async () => {
    let failures = 0;
    const { passing } = await searchRate(async (rate) => {
      if (rate > 40_000) {
        return LOST;
      }
      failures += 1;
      return failures % 7 === 0 ? PASSED : { ...LOST, isDisturbed: true };
    });
    assert.ok(passing > 38_000, `${passing}`);
  });

  test('says when the generator is the limit, and ends where nothing passes', async () => {
    const limited = await searchRate(async (rate) => (rate <= 30_000 ? PASSED : { ...LOST, verdict: 'not-offered' }));
    assert.equal(limited.generatorLimited, true);
    const hopeless = await searchRate(async () => ({ ...LOST, isHopeless: true }));
    assert.equal(hopeless.passing, 0);
    assert.ok(hopeless.probes < 10);
  });
});
