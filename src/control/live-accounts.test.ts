import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIVE_DENIED_AGE_MS_MAX, LIVE_POLL_MS } from '../base/limits.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import { LiveAccounts } from './live-accounts.ts';
import { FakeWorker, lendWorkers } from './live-workers.test-support.ts';

test('an account is read once a second, however many ask, and each account apart', async (context) => {
  const { ports: idle, clock, close } = await openTestControl();
  context.after(close);
  const worker = new FakeWorker();
  worker.rate(worker.begin(), 1_000);
  const ports = { ...idle, live: lendWorkers(worker) };
  const accounts = new LiveAccounts();
  const [first, same] = await Promise.all([accounts.read(ports, ACCOUNT), accounts.read(ports, ACCOUNT)]);
  assert.equal(same, first);
  // The made-up worker knows no filter, so each transport has its one allocation.
  assert.equal(worker.asked.length, 3);
  assert.deepEqual([first.total.allocations, first.total.egressBitsPerSecond], [3, 3_000]);
  assert.equal(first.transports.tls.allocations, 1);
  clock.advance(LIVE_POLL_MS - 1);
  assert.equal(await accounts.read(ports, ACCOUNT), first);
  assert.notEqual(await accounts.read(ports, OTHER_ACCOUNT), first);
  clock.advance(1);
  worker.isAnswering = false;
  const later = await accounts.read(ports, ACCOUNT);
  assert.deepEqual([later.total.allocations, later.missing], [0, [0]]);
});

test('peers that were denied lately are told, and what was sent in the month', async (context) => {
  const { ports, clock, close } = await openTestControl();
  context.after(close);
  const { key } = await createKey(ports, BY, ACCOUNT, {});
  const deny = (address: string) =>
    ports.store.deniedPeers.add([
      { keyUid: key.uid, address, rule: 'private', range: '', denials: 1, lastDeniedAt: clock.unixNow() },
    ]);
  await deny('10.0.0.1');
  clock.advance(LIVE_DENIED_AGE_MS_MAX + 1);
  await deny('10.0.0.2');
  const { denied, limits } = await new LiveAccounts().read(ports, ACCOUNT);
  assert.deepEqual(
    denied.map(({ address }) => address),
    ['10.0.0.2'],
  );
  assert.deepEqual([limits.monthEgressBytes, limits.isBlocked], [0, false]);
});

test('there is none of an unknown account, and none without a relay', async (context) => {
  const { ports, close } = await openTestControl();
  context.after(close);
  const accounts = new LiveAccounts();
  await assert.rejects(accounts.read(ports, 'nobody'), { code: 'account-not-found' });
  await assert.rejects(accounts.read({ ...ports, live: lendWorkers() }, ACCOUNT), { code: 'relay-unavailable' });
});
