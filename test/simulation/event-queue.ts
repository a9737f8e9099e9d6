import { assert } from '../../src/base/assert.ts';
import type { Instant } from '../../src/base/clock.ts';

interface QueuedEvent {
  readonly at: Instant;
  /** Events of the same moment run in the order in which they were scheduled. */
  readonly order: number;
  readonly run: () => void;
}

/**
 * Virtual time: a clock that jumps from one scheduled event to the next. Nothing here waits, so hours of timers pass in
 * as long as their events take to run.
 */
export class EventQueue {
  #now: Instant;
  #order = 0;
  readonly #heap: QueuedEvent[] = [];

  constructor(start: Instant) {
    this.#now = start;
  }

  get now(): Instant {
    return this.#now;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Runs `run` after `delayMs` of virtual time, and after everything already scheduled for that moment. */
  schedule(delayMs: number, run: () => void): void {
    this.scheduleAt((this.#now + delayMs) as Instant, run);
  }

  /** Runs `run` at `at`, or at once when that has passed. */
  scheduleAt(at: Instant, run: () => void): void {
    const event = { at: Math.max(at, this.#now) as Instant, order: this.#order, run };
    assert(Number.isFinite(event.at), 'an event has a finite time');
    this.#order += 1;
    this.#heap.push(event);
    this.#siftUp(this.#heap.length - 1);
  }

  /** Runs the next event; false when there is none. */
  runNext(): boolean {
    const next = this.#heap[0];
    if (next === undefined) {
      return false;
    }
    const last = this.#heap.pop() as QueuedEvent;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#siftDown(0);
    }
    this.#now = next.at;
    next.run();
    return true;
  }

  /** Runs every event up to `at`, those included that they schedule, and moves the clock there. */
  runUntil(at: Instant): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= at; next = this.#heap[0]) {
      this.runNext();
    }
    this.#now = Math.max(this.#now, at) as Instant;
  }

  #siftUp(from: number): void {
    const heap = this.#heap;
    const event = heap[from] as QueuedEvent;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!isBefore(event, heap[parent] as QueuedEvent)) {
        break;
      }
      heap[at] = heap[parent] as QueuedEvent;
      at = parent;
    }
    heap[at] = event;
  }

  #siftDown(from: number): void {
    const heap = this.#heap;
    const event = heap[from] as QueuedEvent;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) {
        break;
      }
      if (child + 1 < heap.length && isBefore(heap[child + 1] as QueuedEvent, heap[child] as QueuedEvent)) {
        child += 1;
      }
      if (!isBefore(heap[child] as QueuedEvent, event)) {
        break;
      }
      heap[at] = heap[child] as QueuedEvent;
      at = child;
    }
    heap[at] = event;
  }
}

function isBefore(a: QueuedEvent, b: QueuedEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
