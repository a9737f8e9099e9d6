import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { connectClient, connectPair, relayOnce } from '../support/loopback-clients.ts';
import { Service } from '../support/service.ts';
import { readUsageTotals } from '../support/usage-totals.ts';
import { waitFor } from '../support/wait-for.ts';

const LONG_DRAIN = { TACITURN_DRAIN_SECONDS: '600' };

describe('SIGTERM', () => {
  test('ends a service without allocations at once', async () => {
    const service = await Service.start({ environment: LONG_DRAIN });
    try {
      assert.equal(await service.stop(), 0);
    } finally {
      await service.end();
    }
  });

  test('makes it not ready, serves live allocations on, takes no new ones, and ends with the last', async () => {
    const service = await Service.start({ environment: LONG_DRAIN });
    try {
      const key = await service.createKey();
      const pair = await connectPair(service, key);
      service.signal('SIGTERM');
      await waitFor('not being ready', async () => (await fetch(`${service.url}/readyz`)).status === 503);
      assert.match(service.stderr, /"allocations":2,.*a second signal stops now/);
      assert.equal((await fetch(`${service.url}/healthz`)).status, 200);
      await relayOnce(pair);
      const late = await connectClient(service, await service.generateCredential(key));
      await assert.rejects(late.allocate());
      await late.close();
      for (const client of pair.clients) {
        await client.refresh(0);
        await client.close();
      }
      assert.equal(await service.waitForExit(), 0);
    } finally {
      await service.end();
    }
  });

  test('a second one ends it in spite of live allocations', async () => {
    const service = await Service.start({ environment: LONG_DRAIN });
    try {
      const pair = await connectPair(service, await service.createKey());
      service.signal('SIGTERM');
      await waitFor('not being ready', async () => (await fetch(`${service.url}/readyz`)).status === 503);
      // The same signal by another way, as a process group gets it: live allocations are served on.
      service.signal('SIGTERM');
      await setTimeout(500);
      await relayOnce(pair);
      assert.equal(await service.stop('SIGTERM'), 0);
      await Promise.all(pair.clients.map((client) => client.close()));
    } finally {
      await service.end();
    }
  });

  test('the configured time ends it, too, and the usage of what was still alive is stored', async () => {
    const service = await Service.start({
      environment: { TACITURN_DRAIN_SECONDS: '1', TACITURN_USAGE_FLUSH_SECONDS: '60' },
    });
    try {
      const pair = await connectPair(service, await service.createKey());
      await relayOnce(pair);
      assert.equal(await service.stop('SIGINT'), 0);
      for (const side of [0, 1] as const) {
        const { traffic } = pair.clients[side];
        const { ingressBytes, egressBytes } = readUsageTotals(service.data, pair.credentials[side].username);
        assert.deepEqual([ingressBytes, egressBytes], [traffic.sentBytes, traffic.receivedBytes]);
      }
      await Promise.all(pair.clients.map((client) => client.close()));
    } finally {
      await service.end();
    }
  });
});
