import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { MessageToWorker } from '../contract/worker-message.ts';
import { ReservationRouter } from './reservation-router.ts';

const token = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const port = { relayAddress: 0, port: 50_001 };

describe('reservation router', () => {
  let posted: [number, MessageToWorker][] = [];
  let running = new Set<number>();
  let router = new ReservationRouter(() => false);
  const lend = () => router.answerClaim(1, { kind: 'reservation-claimed', to: 0, claim: 9, port });

  beforeEach(() => {
    posted = [];
    running = new Set([0, 1]);
    router = new ReservationRouter((worker, message) => {
      if (running.has(worker)) {
        posted.push([worker, message]);
      }
      return running.has(worker);
    });
  });

  it('carries a claim to the owner, its answer back, and the port home', () => {
    router.claim(0, { kind: 'claim-reservation', owner: 1, claim: 9, token });
    lend();
    router.returnPort({ kind: 'return-port', owner: 1, port });
    assert.deepEqual(posted, [
      [1, { kind: 'claim-reservation', from: 0, claim: 9, token }],
      [0, { kind: 'reservation-claimed', owner: 1, claim: 9, port }],
      [1, { kind: 'return-port', port }],
    ]);
  });

  it('answers for an owner that does not exist, or does not run', () => {
    running.delete(1);
    for (const owner of [1, 200]) {
      router.claim(0, { kind: 'claim-reservation', owner, claim: 9, token });
    }
    assert.deepEqual(posted, [
      [0, { kind: 'reservation-claimed', owner: 1, claim: 9, port: undefined }],
      [0, { kind: 'reservation-claimed', owner: 200, claim: 9, port: undefined }],
    ]);
  });

  it('returns a port at once when the borrower is gone', () => {
    running.delete(0);
    lend();
    assert.deepEqual(posted, [[1, { kind: 'return-port', port }]]);
  });

  it('returns what a worker had borrowed when it dies', () => {
    lend();
    router.endWorker(0);
    router.returnPort({ kind: 'return-port', owner: 1, port });
    assert.deepEqual(posted.slice(1), [[1, { kind: 'return-port', port }]]);
  });

  it('returns nothing to the successor of the owner', () => {
    lend();
    router.endWorker(1);
    router.returnPort({ kind: 'return-port', owner: 1, port });
    assert.equal(posted.length, 1);
  });
});
