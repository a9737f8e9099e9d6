import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { type RoomEvent, Rooms } from './rooms.ts';

/** The stream of a tab, and what was written to it. */
class TabStream extends EventEmitter {
  readonly events: RoomEvent[] = [];
  hasEnded = false;

  get response(): ServerResponse {
    return this as unknown as ServerResponse;
  }

  get room(): string {
    const [first] = this.events;
    assert.equal(first?.type, 'joined');
    return first.room;
  }

  writeHead(): void {}

  write(line: string): void {
    this.events.push(JSON.parse(line.replace(/^data: /, '')) as RoomEvent);
  }

  end(): void {
    this.hasEnded = true;
    this.emit('close');
  }
}

function join(rooms: Rooms, tab: string, room?: string): TabStream {
  const stream = new TabStream();
  rooms.join(tab, stream.response, room);
  return stream;
}

test('two tabs that name no room meet in one, and the second calls; a third waits in another', () => {
  const rooms = new Rooms();
  const [first, second, third] = [join(rooms, 'a'), join(rooms, 'b'), join(rooms, 'c')];
  assert.equal(second.room, first.room);
  assert.deepEqual(first.events.slice(1), [{ type: 'peer-joined', calls: false }]);
  assert.deepEqual(second.events.slice(1), [{ type: 'peer-joined', calls: true }]);
  assert.notEqual(third.room, first.room);
  assert.equal(third.events.length, 1);
});

test('a tab that names no room joins one that waits by its name', () => {
  const rooms = new Rooms();
  join(rooms, 'a', 'blue');
  assert.equal(join(rooms, 'b').room, 'blue');
});

test('a third tab that names the room is refused, and told why', () => {
  const rooms = new Rooms();
  join(rooms, 'a', 'blue');
  join(rooms, 'b', 'blue');
  const third = join(rooms, 'c', 'blue');
  assert.deepEqual(third.events, [{ type: 'refused', reason: 'This room has two tabs already.' }]);
  assert.equal(third.hasEnded, true);
});

test('messages go to the other tab alone, and a tab that leaves is told to it', () => {
  const rooms = new Rooms();
  const first = join(rooms, 'a', 'blue');
  assert.equal(rooms.pass('blue', 'a', 'lost'), false);
  const second = join(rooms, 'b', 'blue');
  assert.equal(rooms.pass('blue', 'a', 'hello'), true);
  assert.equal(rooms.pass('blue', 'stranger', 'hello'), false);
  assert.deepEqual(second.events.at(-1), { type: 'message', message: 'hello' });
  second.end();
  assert.deepEqual(first.events.at(-1), { type: 'peer-left' });
  assert.equal(join(rooms, 'c').room, 'blue');
});

test('a tab that joins again takes its own place', () => {
  const rooms = new Rooms();
  const first = join(rooms, 'a', 'blue');
  const second = join(rooms, 'b', 'blue');
  const again = join(rooms, 'a', 'blue');
  assert.equal(first.hasEnded, true);
  assert.deepEqual(again.events.at(-1), { type: 'peer-joined', calls: true });
  assert.deepEqual(second.events.at(-1), { type: 'peer-joined', calls: false });
  assert.equal(rooms.pass('blue', 'b', 'hello'), true);
});
