import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TICKS_PER_US } from './load-clock.ts';
import { WindowPacer } from './window-pacer.ts';

const MS = 1_000 * TICKS_PER_US;

describe('window pacer', () => {
  test('fills the window in bursts, and then waits', () => {
    const pacer = new WindowPacer(100, 64, 0);
    assert.equal(pacer.countDue(0, 0, 0), 64);
    assert.equal(pacer.countDue(0, 64, 0), 36);
    assert.equal(pacer.countDue(0, 100, 0), 0);
  });

  test('waits until a quarter of the window is free', () => {
    const pacer = new WindowPacer(100, 64, 0);
    assert.equal(pacer.countDue(0, 100, 24), 0);
    assert.equal(pacer.countDue(0, 100, 25), 25);
  });

  test('gives up what is under way when nothing arrives, and takes it back when it comes after all', () => {
    const pacer = new WindowPacer(8, 64, 0);
    assert.equal(pacer.countDue(20 * MS, 8, 0), 0);
    assert.equal(pacer.countDue(21 * MS, 8, 0), 8);
    assert.equal(pacer.countDue(22 * MS, 16, 0), 0);
    // All 16 arrive: nothing is under way, and nothing is lost.
    assert.equal(pacer.countDue(23 * MS, 16, 16), 8);
    assert.equal(pacer.countDue(24 * MS, 24, 16), 0);
  });

  test('sends with a window of one', () => {
    const pacer = new WindowPacer(1, 64, 0);
    assert.deepEqual([pacer.countDue(0, 0, 0), pacer.countDue(1, 1, 0), pacer.countDue(2, 1, 1)], [1, 0, 1]);
  });
});
