import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/clock.ts';
import { LOOP_DELAY_RESOLUTION_MS, NodePulse } from './node-pulse.ts';

function openPulse() {
  const state = { now: 0, ingressBytes: 0, egressBytes: 0, packets: 0, p99Ms: 0, resets: 0 };
  const pulse = new NodePulse(
    () => state.now as Instant,
    () => ({ ingressBytes: state.ingressBytes, egressBytes: state.egressBytes, packets: state.packets }),
    {
      percentile: (percentile) => (percentile === 99 ? state.p99Ms * 1e6 : Number.NaN),
      reset: () => {
        state.resets += 1;
      },
    },
  );
  const pass = (ms: number, ingressBytes: number, egressBytes: number, packets: number) => {
    state.now += ms;
    state.ingressBytes += ingressBytes;
    state.egressBytes += egressBytes;
    state.packets += packets;
    pulse.sample();
  };
  return { state, pulse, pass };
}

const NOTHING = { ingressBitsPerSecond: 0, egressBitsPerSecond: 0, packetsPerSecond: 0 };

test('rates are of the time that has really passed', () => {
  const { pulse, pass } = openPulse();
  assert.deepEqual(pulse.readRates(), NOTHING);
  pass(1_000, 99, 99, 99);
  assert.deepEqual(pulse.readRates(), NOTHING, 'one sample is no rate');
  pass(2_000, 1_000, 4_000, 20);
  assert.deepEqual(pulse.readRates(), {
    ingressBitsPerSecond: 4_000,
    egressBitsPerSecond: 16_000,
    packetsPerSecond: 10,
  });
});

test('what was more than five seconds ago is forgotten', () => {
  const { pulse, pass } = openPulse();
  pass(1_000, 0, 0, 0);
  pass(1_000, 1_000_000, 1_000_000, 1_000_000);
  for (let second = 0; second < 5; second += 1) {
    pass(1_000, 125, 250, 3);
  }
  assert.deepEqual(pulse.readRates(), { ingressBitsPerSecond: 1_000, egressBitsPerSecond: 2_000, packetsPerSecond: 3 });
});

test('the delay is what exceeds the time between two ticks, of the last ten seconds', () => {
  const { state, pulse, pass } = openPulse();
  state.p99Ms = LOOP_DELAY_RESOLUTION_MS + 7;
  assert.equal(pulse.readDelayP99Ms(), 7);
  for (let second = 0; second < 10; second += 1) {
    pass(1_000, 0, 0, 0);
  }
  state.p99Ms = LOOP_DELAY_RESOLUTION_MS - 1;
  assert.deepEqual([pulse.readDelayP99Ms(), state.resets], [7, 1]);
  for (let second = 0; second < 10; second += 1) {
    pass(1_000, 0, 0, 0);
  }
  assert.deepEqual([pulse.readDelayP99Ms(), state.resets], [0, 2]);
});
