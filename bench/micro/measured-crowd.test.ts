import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countCalls } from './count-calls.ts';
import { EXPIRIES, MeasuredCrowd } from './measured-crowd.ts';

const FEW = 1_000;
const MANY = 50_000;
const CYCLE_ROUNDS = 20;
/** Deadlines lie in heaps, whose depth grows with the logarithm; all else is the same, however many there are. */
const CALLS_RATIO_MAX = 1.2;
/** Of more memory, less is in the processor's caches. Work for each allocation would be fifty times as much. */
const EXPIRY_RATIO_MAX = 3;
/** Half of the time goes into hashes, which have nothing to do with the others. */
const CYCLE_RATIO_MAX = 2;
const BYTES_RATIO_MAX = 1.5;

describe(`a server with ${MANY} allocations`, () => {
  const few = new MeasuredCrowd(FEW);
  const many = new MeasuredCrowd(MANY);
  const relayAddresses = [...many.relayAddresses.values()];

  test('has them on all of its relay addresses alike', () => {
    assert.equal(relayAddresses.length, 4);
    assert.ok(Math.max(...relayAddresses) < 1.1 * Math.min(...relayAddresses), relayAddresses.join());
  });

  test(`takes no more memory for each than one with ${FEW}`, () => {
    assert.ok(many.bytesPerAllocation > 500, 'something was measured');
    assertFlat('bytes', few.bytesPerAllocation, many.bytesPerAllocation, BYTES_RATIO_MAX);
  });

  test('ends one as fast', () => {
    const [ofFew, ofMany] = timeInTurns(few, many, EXPIRIES - 2, (crowd) => crowd.expire());
    assertFlat('nanoseconds', ofFew, ofMany, EXPIRY_RATIO_MAX);
    assertFlat('calls', ...countEach((crowd) => crowd.expire()), CALLS_RATIO_MAX);
    assert.equal(few.allocationCount, FEW);
    assert.equal(many.allocationCount, MANY);
  });

  test('makes one as fast, and ends it when it is told to', () => {
    const [ofFew, ofMany] = timeInTurns(few, many, CYCLE_ROUNDS, (crowd) => crowd.cycle());
    assertFlat('nanoseconds', ofFew, ofMany, CYCLE_RATIO_MAX);
    assertFlat('calls', ...countEach((crowd) => crowd.cycle()), CALLS_RATIO_MAX);
    assert.equal(many.allocationCount, MANY);
  });

  function countEach(act: (crowd: MeasuredCrowd) => void): [number, number] {
    return [countCalls('/src/', () => act(few)), countCalls('/src/', () => act(many))];
  }
});

/** The shortest times: whatever else the machine does only makes them longer, and both have their turns alike. */
function timeInTurns(
  few: MeasuredCrowd,
  many: MeasuredCrowd,
  rounds: number,
  act: (crowd: MeasuredCrowd) => number,
): [number, number] {
  const times = Array.from({ length: rounds }, () => [act(few), act(many)] as const);
  return [Math.min(...times.map(([ofFew]) => ofFew)), Math.min(...times.map(([, ofMany]) => ofMany))];
}

function assertFlat(what: string, few: number, many: number, ratioMax: number): void {
  assert.ok(few > 0, `${what} were measured`);
  assert.ok(many <= ratioMax * few, `${what}: ${many.toFixed(0)} among ${MANY}, ${few.toFixed(0)} among ${FEW}`);
}
