import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ReuseportOrder } from './reuseport-order.ts';

/** The row of sockets as Linux keeps it (`reuseport_add_sock`, `reuseport_detach_sock`). */
class KernelRow {
  readonly sockets: number[] = [];

  bind(socket: number): void {
    this.sockets.push(socket);
  }

  close(socket: number): void {
    const place = this.sockets.indexOf(socket);
    this.sockets[place] = this.sockets[this.sockets.length - 1] as number;
    this.sockets.pop();
  }
}

describe('reuseport order', () => {
  it('restores the places after any number of deaths', () => {
    const deaths = fc.array(fc.array(fc.nat(9), { minLength: 1, maxLength: 10 }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), deaths, (workers, rounds) => {
        const kernel = new KernelRow();
        const order = new ReuseportOrder(workers);
        const bind = (worker: number) => {
          kernel.bind(worker);
          order.add(worker);
        };
        const close = (worker: number) => {
          kernel.close(worker);
          order.remove(worker);
        };
        const wanted = Array.from({ length: workers }, (_, worker) => worker);
        wanted.forEach(bind);
        assert.equal(order.nextToRebind(), undefined);
        for (const round of rounds) {
          const dead = new Set(round.map((worker) => worker % workers));
          dead.forEach(close);
          assert.equal(order.nextToRebind(), undefined);
          dead.forEach(bind);
          let steps = 0;
          for (let next = order.nextToRebind(); next !== undefined; next = order.nextToRebind()) {
            close(next);
            bind(next);
            steps += 1;
          }
          assert.deepEqual(kernel.sockets, wanted);
          assert.ok(steps <= 1.5 * workers, `${steps} steps for ${workers} workers`);
        }
      }),
    );
  });

  it('ignores a worker that never bound', () => {
    const order = new ReuseportOrder(2);
    order.remove(1);
    order.add(0);
    order.remove(1);
    order.add(1);
    assert.equal(order.nextToRebind(), undefined);
  });
});
