import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from './assert.ts';
import { DeadlineHeap } from './deadline-heap.ts';

test('an empty heap has no deadline and nothing expired', () => {
  const heap = new DeadlineHeap();
  assert.equal(heap.size, 0);
  assert.equal(heap.peekDeadline(), Number.POSITIVE_INFINITY);
  assert.equal(heap.popExpired(Number.POSITIVE_INFINITY), -1);
  heap.remove(5);
  heap.remove(100_000);
  assert.equal(heap.has(5), false);
});

test('ids expire in the order of their deadlines, each once, from the moment of the deadline on', () => {
  const heap = new DeadlineHeap();
  heap.set(3, 30);
  heap.set(1, 10);
  heap.set(2, 20);
  assert.equal(heap.size, 3);
  assert.equal(heap.peekDeadline(), 10);
  assert.equal(heap.popExpired(9.5), -1);
  assert.equal(heap.popExpired(10), 1);
  assert.equal(heap.popExpired(30), 2);
  assert.equal(heap.popExpired(30), 3);
  assert.equal(heap.popExpired(30), -1);
  assert.equal(heap.size, 0);
});

test('a deadline is moved both ways and taken away', () => {
  const heap = new DeadlineHeap();
  heap.set(0, 10);
  heap.set(1, 20);
  heap.set(0, 30);
  assert.equal(heap.size, 2);
  assert.equal(heap.peekDeadline(), 20);
  heap.set(0, 5);
  assert.equal(heap.peekDeadline(), 5);
  heap.remove(0);
  heap.remove(0);
  assert.equal(heap.has(0), false);
  assert.equal(heap.has(1), true);
  assert.equal(heap.popExpired(100), 1);
});

test('grows with its ids, and a deadline may be Infinity', () => {
  const heap = new DeadlineHeap();
  heap.set(10_000, Number.POSITIVE_INFINITY);
  heap.set(63, 2);
  heap.set(64, 1);
  assert.equal(heap.popExpired(2), 64);
  assert.equal(heap.popExpired(2), 63);
  assert.equal(heap.popExpired(1e300), -1);
  assert.equal(heap.has(10_000), true);
  assert.equal(heap.popExpired(Number.POSITIVE_INFINITY), 10_000);
});

test('an id or a deadline that is none is a bug', () => {
  const heap = new DeadlineHeap();
  assert.throws(() => heap.set(-1, 0), AssertionError);
  assert.throws(() => heap.set(0.5, 0), AssertionError);
  assert.throws(() => heap.set(0, Number.NaN), AssertionError);
});

test('does what a sorted list does', () => {
  const id = fc.nat(200);
  const step = fc.oneof(
    fc.record({ kind: fc.constant('set'), id, at: fc.nat(50) }),
    fc.record({ kind: fc.constant('remove'), id, at: fc.constant(0) }),
    fc.record({ kind: fc.constant('pop'), id, at: fc.nat(50) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const heap = new DeadlineHeap();
      const model = new Map<number, number>();
      for (const { kind, id, at } of steps) {
        if (kind === 'set') {
          heap.set(id, at);
          model.set(id, at);
        } else if (kind === 'remove') {
          heap.remove(id);
          model.delete(id);
        } else {
          const earliest = Math.min(...model.values());
          const popped = heap.popExpired(at);
          assert.equal(popped >= 0, earliest <= at);
          assert.ok(popped < 0 || model.get(popped) === earliest);
          model.delete(popped);
        }
        assert.equal(heap.size, model.size);
        assert.equal(heap.has(id), model.has(id));
        assert.equal(heap.peekDeadline(), Math.min(...model.values()));
      }
    }),
  );
});
