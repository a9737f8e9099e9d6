import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Bus, ChangeHint } from '../control/ports.ts';

/** A party that hears the bus: what it heard, and a promise of the next so many. */
function listen(bus: Bus): {
  readonly heard: ChangeHint[];
  readonly leave: () => void;
  hears(count: number): Promise<void>;
} {
  const heard: ChangeHint[] = [];
  let check: () => void = () => {};
  const leave = bus.subscribe((hint) => {
    heard.push(hint);
    check();
  });
  return {
    heard,
    leave,
    hears: (count) =>
      new Promise((resolve) => {
        check = () => {
          if (heard.length >= count) {
            resolve();
          }
        };
        check();
      }),
  };
}

/** What every bus does. `open` makes one that nobody else uses. */
export function testBus(name: string, open: () => Promise<Bus>): void {
  describe(`bus: ${name}`, () => {
    test('carries a hint to every subscriber, the publisher’s own among them', async (context) => {
      const bus = await open();
      context.after(() => bus.close());
      const one = listen(bus);
      const two = listen(bus);
      bus.publish({ seq: 7 });
      await Promise.all([one.hears(1), two.hears(1)]);
      assert.deepEqual(one.heard, [{ seq: 7 }]);
      assert.deepEqual(two.heard, [{ seq: 7 }]);
    });

    test('never calls a subscriber within publish', async (context) => {
      const bus = await open();
      context.after(() => bus.close());
      const party = listen(bus);
      bus.publish({ seq: 1 });
      assert.deepEqual(party.heard, []);
      await party.hears(1);
    });

    test('keeps the order of one publisher', async (context) => {
      const bus = await open();
      context.after(() => bus.close());
      const party = listen(bus);
      for (let seq = 1; seq <= 20; seq += 1) {
        bus.publish({ seq });
      }
      await party.hears(20);
      assert.deepEqual(
        party.heard.map((hint) => hint.seq),
        Array.from({ length: 20 }, (_, i) => i + 1),
      );
    });

    test('is silent to those who have left', async (context) => {
      const bus = await open();
      context.after(() => bus.close());
      const gone = listen(bus);
      const stays = listen(bus);
      gone.leave();
      gone.leave();
      bus.publish({ seq: 1 });
      await stays.hears(1);
      assert.deepEqual(gone.heard, []);
    });

    test('closes twice, and accepts a hint for nobody', async () => {
      const bus = await open();
      bus.publish({ seq: 1 });
      await bus.close();
      await bus.close();
      bus.publish({ seq: 2 });
    });
  });
}
