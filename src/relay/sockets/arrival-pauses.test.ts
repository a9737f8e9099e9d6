import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArrivalPauses } from './arrival-pauses.ts';

/** How many datagrams, and how many µs, a steady rate makes the loop wait for. */
function pauseAt(perSecond: number): readonly number[] {
  const pauses = new ArrivalPauses();
  const pause = new Uint32Array(2);
  for (let index = 0; index < 1_000; index++) {
    pauses.choose((index * 1_000) / perSecond, 1, pause);
  }
  return [...pause];
}

test('few datagrams: the whole loop sleeps', () => {
  assert.deepEqual(pauseAt(10), [0, 0]);
  assert.deepEqual(pauseAt(400), [0, 0]);
});

test('from 1,000 a second: it waits for the next one, as long as nothing else is to be done', () => {
  assert.deepEqual(pauseAt(2_000), [1, 0]);
  assert.deepEqual(pauseAt(10_000), [1, 0]);
});

test('from 15,000 to 80,000 a second: it gathers a dozen, for 0.4 ms at most with the slack of the timer', () => {
  assert.deepEqual(pauseAt(20_000), [32, 350]);
  assert.deepEqual(pauseAt(50_000), [32, 190]);
});

test('above: several are there whenever it looks', () => {
  assert.deepEqual(pauseAt(200_000), [1, 0]);
});

test('while sockets are opened and closed for what arrives, nothing is gathered', () => {
  const pauses = new ArrivalPauses();
  const pause = new Uint32Array(2);
  const arrive = (datagrams: number, perChange: number): readonly number[] => {
    for (let index = 0; index < datagrams; index++) {
      nowMs += 1 / 20;
      if (index % perChange === 0) {
        pauses.noteChange();
      }
      pauses.choose(nowMs, 1, pause);
    }
    return [...pause];
  };
  let nowMs = 0;
  assert.deepEqual(arrive(1_000, 2), [1, 0]);
  assert.deepEqual(arrive(1_000, 16), [32, 350]);
});

test('it follows a rate that falls within milliseconds', () => {
  const pauses = new ArrivalPauses();
  const pause = new Uint32Array(2);
  for (let index = 0; index < 200; index++) {
    pauses.choose(index / 30, 1, pause);
  }
  assert.deepEqual([...pause], [32, 350]);
  pauses.choose(200 / 30 + 1_000, 1, pause);
  assert.deepEqual([...pause], [0, 0]);
});
