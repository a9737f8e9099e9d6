import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EndSignals } from './end-signals.ts';

function begin() {
  const told: string[] = [];
  const clock = { ms: 0 };
  const signals = new EndSignals({ now: () => clock.ms, onThird: () => told.push('third') });
  void signals.first.then(() => told.push('first'));
  signals.second.addEventListener('abort', () => told.push('second'));
  const hearAt = async (ms: number) => {
    clock.ms = ms;
    signals.hear();
    await Promise.resolve();
  };
  return { told, hearAt };
}

test('three signals, half a second apart, are three', async () => {
  const { told, hearAt } = begin();
  await hearAt(0);
  assert.deepEqual(told, ['first']);
  await hearAt(500);
  assert.deepEqual(told, ['first', 'second']);
  await hearAt(1_000);
  assert.deepEqual(told, ['first', 'second', 'third']);
});

test('who presses again and again is heard', async () => {
  const { told, hearAt } = begin();
  for (const ms of [0, 400, 800, 1_200, 1_600]) {
    await hearAt(ms);
  }
  assert.deepEqual(told, ['first', 'second', 'third']);
});

test('one signal that comes by several ways is one', async () => {
  const { told, hearAt } = begin();
  for (const ms of [0, 1, 37, 499]) {
    await hearAt(ms);
  }
  assert.deepEqual(told, ['first']);
});
