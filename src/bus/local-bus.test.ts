import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testBus } from './bus.suite.ts';
import { LocalBus } from './local-bus.ts';

testBus('local', () => Promise.resolve(new LocalBus()));

test('the local bus drops what is under way when it closes', async () => {
  const bus = new LocalBus();
  const heard: number[] = [];
  bus.subscribe((hint) => heard.push(hint.seq));
  bus.publish({ seq: 1 });
  await bus.close();
  await Promise.resolve();
  assert.deepEqual(heard, []);
});
