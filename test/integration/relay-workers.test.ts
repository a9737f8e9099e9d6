import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type AddressWords, portOf } from '../../src/base/socket-address.ts';
import type { RelayOptions } from '../../src/relay/relay-options.ts';
import { DEFAULT_RELAY_LIMITS } from '../../src/relay/relay-options.ts';
import { startTestRelay, type TestCredential, type TestRelay } from '../support/test-relay.ts';
import type { TurnClient } from '../support/turn-client.ts';
import type { TurnError } from '../support/turn-response.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { waitFor } from '../support/wait-for.ts';

/** The first relay port of the test relay: pairs of ports go to the workers in turn. */
const RELAY_PORT_MIN = 61_000;
const WORKERS = 2;
/** Clients that are tried until the kernel gives one to the wanted worker: with two workers, hopeless once in a million. */
const ATTEMPTS = 40;

function workerOf(test: TestRelay, relayed: readonly AddressWords[]): number {
  const pair = Math.floor((portOf(relayed[0] as AddressWords) - RELAY_PORT_MIN) / 2);
  return pair % test.relay.workerCounters().length;
}

/** A client that the kernel has given to `worker`; it has no allocation. */
async function connectAtWorker(test: TestRelay, worker: number, credential?: TestCredential): Promise<TurnClient> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const client = await test.connect('udp', credential);
    const { relayed } = await client.allocate();
    await client.refresh(0);
    if (workerOf(test, relayed) === worker) {
      return client;
    }
    await client.close();
  }
  throw new Error(`no client came to worker ${worker}`);
}

const refusedWith = (code: number) => (error: TurnError) => error.code === code;

describe('relay workers', { timeout: 30_000 }, () => {
  let test: TestRelay;
  const start = async (options: Partial<RelayOptions> = {}) => {
    test = await startTestRelay({ workers: WORKERS, ...options });
    return test;
  };
  afterEach(() => test.stop());

  it('redeem a reservation token at another worker', async () => {
    await start();
    const [one, other] = [await connectAtWorker(test, 0), await connectAtWorker(test, 1)];
    const first = await one.allocate({ evenPort: 'reserve' });
    const port = portOf(first.relayed[0] as AddressWords);
    assert.equal(port % 2, 0);
    const second = await other.allocate({ reservationToken: first.reservationToken as Uint8Array });
    assert.equal(portOf(second.relayed[0] as AddressWords), port + 1);
    const peer = await UdpPeer.open();
    await other.createPermission(peer.address);
    other.sendIndication(peer.address, Buffer.from('RTCP'));
    assert.deepEqual((await peer.receive()).from, second.relayed[0]);
    await peer.close();
    const third = await connectAtWorker(test, 1);
    await assert.rejects(
      third.allocate({ reservationToken: first.reservationToken as Uint8Array }),
      refusedWith(508),
      'a token is redeemed once',
    );
    await assert.rejects(third.allocate({ reservationToken: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7) }), refusedWith(508));
    await assert.rejects(
      third.allocate({ reservationToken: Uint8Array.of(99, 1, 2, 3, 4, 5, 6, 7) }),
      refusedWith(508),
      'there is no worker 99',
    );
    await other.refresh(0);
    assert.equal(test.relay.counters().workers_died, 0);
  });

  it('count the allocations of a credential together', async () => {
    await start({
      limits: {
        ...DEFAULT_RELAY_LIMITS,
        refusalsPerAddressPerSecond: 0,
        defaults: { ...DEFAULT_RELAY_LIMITS.defaults, allocationsPerCredential: 2 },
      },
    });
    const credential = test.issue();
    const at0 = await connectAtWorker(test, 0, credential);
    const at1 = await connectAtWorker(test, 1, credential);
    const late0 = await connectAtWorker(test, 0, credential);
    await at0.allocate();
    await at1.allocate();
    await assert.rejects(late0.allocate(), refusedWith(486));
    await (await connectAtWorker(test, 0)).allocate();
    await at1.refresh(0);
    await late0.allocate();
    await waitFor('that both workers count', () =>
      isDeepStrictEqual(
        test.relay.workerCounters().map(({ allocations }) => allocations),
        [3, 0],
      ),
    );
  });

  it('hear of a revocation at once, and end what it concerns', async () => {
    await start();
    const credential = test.issue();
    const clients = [await connectAtWorker(test, 0, credential), await connectAtWorker(test, 1, credential)];
    for (const client of clients) {
      await client.allocate();
    }
    const bystander = await connectAtWorker(test, 0);
    await bystander.allocate();
    const calledAt = performance.now();
    test.relay.applyChanges([
      {
        kind: 'username-revoked',
        keyUid: test.keyUid,
        username: credential.username,
        expiresAt: (Date.now() + 60_000) as never,
      },
    ]);
    while (test.relay.allocationCount() > 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const latencyMs = performance.now() - calledAt;
    assert.ok(latencyMs < 100, `the allocations ended after ${latencyMs} ms`);
    for (const client of clients) {
      await assert.rejects(client.allocate(), refusedWith(401));
    }
    await bystander.refresh(600);
  });

  it('die alone: the others live, and a successor takes the place', async () => {
    await start({
      limits: {
        ...DEFAULT_RELAY_LIMITS,
        refusalsPerAddressPerSecond: 0,
        defaults: { ...DEFAULT_RELAY_LIMITS.defaults, allocationsPerCredential: 1 },
      },
    });
    const revoked = test.issue();
    test.relay.applyChanges([
      { kind: 'username-revoked', keyUid: test.keyUid, username: revoked.username, expiresAt: 4e12 as never },
    ]);
    const credential = test.issue();
    const [survivor, victim] = [await connectAtWorker(test, 0), await connectAtWorker(test, 1, credential)];
    await survivor.allocate();
    await victim.allocate();
    const lender = await connectAtWorker(test, 1);
    const { reservationToken } = await lender.allocate({ evenPort: 'reserve' });
    const borrower = await connectAtWorker(test, 0);
    await borrower.allocate({ reservationToken: reservationToken as Uint8Array });
    await test.relay.terminateWorker(1);
    await waitFor('that the worker is counted as dead', () => test.relay.counters().workers_died === 1);
    assert.equal(test.relay.counters().allocations_lost, 2);
    await survivor.refresh(600);
    assert.ok(test.log.some(({ level, message }) => level === 'error' && message.includes('started anew')));
    // The same 5-tuple: the kernel gives it to the successor, which knows the key but no allocation.
    await waitFor('that the successor serves', async () => {
      await (await test.connect('udp')).bind();
      return test.relay.workerCounters()[1]?.binding_answered !== 0;
    });
    const successor = await connectAtWorker(test, 1, credential);
    await successor.allocate();
    await assert.rejects((await test.connect('udp', revoked)).allocate(), refusedWith(401));
    await borrower.refresh(0);
    await successor.refresh(600);
    assert.equal(
      test.relay.counters().workers_died,
      1,
      'a port that a dead worker lent does not come back to its heir',
    );
  });

  it('leave the clients of the others where they are, whichever dies', async () => {
    const workers = 3;
    await start({ workers });
    const clients: TurnClient[] = [];
    for (let worker = 0; worker < workers; worker++) {
      clients.push(await connectAtWorker(test, worker));
    }
    for (const client of clients) {
      await client.allocate();
    }
    for (let victim = 0; victim < workers; victim++) {
      let isOver = false;
      const survivors = clients.filter((_, worker) => worker !== victim);
      // A request that the kernel gives to a wrong worker meanwhile is not answered, and sent again.
      const refreshing = survivors.map(async (client) => {
        while (!isOver) {
          await client.refresh(600);
        }
      });
      await test.relay.terminateWorker(victim);
      await waitFor('that a successor serves', async () => {
        const client = await test.connect('udp');
        const { relayed } = await client.allocate();
        return workerOf(test, relayed) === victim;
      });
      isOver = true;
      await Promise.all(refreshing);
      const replacement = await connectAtWorker(test, victim);
      await replacement.allocate();
      clients[victim] = replacement;
    }
    assert.equal(test.relay.counters().workers_died, workers);
  });

  it('count on in the reports of a successor', async () => {
    await start();
    for (let life = 0; life < 2; life++) {
      await (await connectAtWorker(test, 1)).allocate();
      await test.relay.flushUsage();
      await test.relay.terminateWorker(1);
      await waitFor('that the successor serves', async () => {
        const client = await test.connect('udp');
        const { relayed } = await client.allocate();
        return workerOf(test, relayed) === 1;
      });
    }
    await test.relay.flushUsage();
    const numbers = test.usage.filter(({ worker }) => worker === 1).map(({ n }) => n);
    assert.deepEqual(numbers, [0, 1, 2]);
  });
});
