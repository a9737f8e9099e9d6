import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, CommandQueue } from './command.ts';
import type { RelaySocketId } from './path.ts';

test('commands come out in the order in which they went in', () => {
  const queue = new CommandQueue();
  const commands = [1, 2, 3].map((relay): Command => ({ kind: 'close-relay', relay: relay as RelaySocketId }));
  assert.equal(queue.shift(), undefined);
  queue.push(commands[0] as Command);
  queue.push(commands[1] as Command);
  assert.equal(queue.shift(), commands[0]);
  queue.push(commands[2] as Command);
  assert.deepEqual([queue.shift(), queue.shift(), queue.shift()], [commands[1], commands[2], undefined]);
});
