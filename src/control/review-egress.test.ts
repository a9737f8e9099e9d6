import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import type { Change } from '../contract/change.ts';
import type { KeyUid, Username } from '../contract/ids.ts';
import type { UsageDelta } from '../contract/usage-delta.ts';
import {
  ACCOUNT,
  BY,
  openTestControl,
  readSnapshot,
  type StillClock,
  type TestControl,
} from './control.test-support.ts';
import { createKey } from './create-key.ts';
import { createWebhook } from './create-webhook.ts';
import { monthStart } from './month-start.ts';
import type { ControlPorts } from './ports.ts';
import { readLimits } from './read-limits.ts';
import { recordUsage } from './record-usage.ts';
import { reviewMonth } from './review-month.ts';
import { setLimits } from './set-limits.ts';

const ofAccount = { accountId: ACCOUNT };

interface Scene extends TestControl {
  readonly keyUid: KeyUid;
  /** Sends so many bytes to clients of the key, in the present minute or in another. */
  send(bytes: number, minute?: UnixMs): ReturnType<typeof recordUsage>;
}

async function open(context: TestContext): Promise<Scene> {
  const control = await openTestControl();
  context.after(control.close);
  const { key } = await createKey(control.ports, BY, ACCOUNT, {});
  let n = 0;
  const send = (egressBytes: number, minute = minuteOf(control.clock)) => {
    n += 1;
    return recordUsage(control.ports, [deltaOf(key.uid, n, minute, egressBytes)]);
  };
  return { ...control, keyUid: key.uid, send };
}

function minuteOf(clock: StillClock): UnixMs {
  const now = clock.unixNow();
  return (now - (now % 60_000)) as UnixMs;
}

function deltaOf(keyUid: KeyUid, n: number, minute: UnixMs, egressBytes: number): UsageDelta {
  const counts = { ingressBytes: 1, ingressPackets: 1, egressPackets: 1, allocationsStarted: 0, allocationMs: 0 };
  const names = { accountId: ACCOUNT, customIdentifier: '', username: 'u' as Username, transport: 'udp' as const };
  return { node: 'n', boot: 'b', worker: 0, n, minute, rows: [{ ...names, keyUid, egressBytes, ...counts }] };
}

async function blocks(ports: ControlPorts): Promise<readonly Change[]> {
  const logged = (await ports.store.changeLog.readAfter(0, 100)) ?? [];
  return logged.map(({ change }) => change).filter(({ kind }) => kind === 'egress-blocked');
}

describe('monthly egress', () => {
  test('is told once over the soft limit, and blocks over the hard one until the month ends', async (context) => {
    const { ports, clock, keyUid, send } = await open(context);
    const limits = { key_monthly_egress_soft_bytes: 100, key_monthly_egress_hard_bytes: 200 };
    await setLimits(ports, BY, { ...ofAccount, keyUid }, limits);
    assert.deepEqual((await send(99)).reached, []);
    const at = { accountId: ACCOUNT, keyUid };
    assert.deepEqual((await send(1)).reached, [{ limit: 'soft', ...at, egressBytes: 100 }]);
    assert.deepEqual((await send(99)).reached, []);
    assert.deepEqual(await blocks(ports), []);
    assert.deepEqual((await send(1)).reached, [{ limit: 'hard', ...at, egressBytes: 200 }]);
    const until = monthStart(clock.unixNow(), 1);
    const blocked = { kind: 'egress-blocked', holder: { kind: 'key', keyUid }, until };
    assert.deepEqual(await blocks(ports), [blocked]);
    assert.deepEqual((await send(50)).reached, []);
    const reading = await readLimits(ports, { ...ofAccount, keyUid });
    assert.deepEqual([reading.monthEgressBytes, reading.isBlocked], [250, true]);
    const inSnapshot = () => readSnapshot(ports);
    assert.deepEqual((await inSnapshot()).at(-1), blocked);
    clock.advance(until - clock.unixNow());
    assert.equal((await readLimits(ports, { ...ofAccount, keyUid })).isBlocked, false);
    assert.ok((await inSnapshot()).every(({ kind }) => kind !== 'egress-blocked'));
    assert.deepEqual((await send(99)).reached, []);
    assert.equal((await readLimits(ports, ofAccount)).monthEgressBytes, 99);
  });

  test('reached is told to webhooks, once for each limit, of the key and of the account', async (context) => {
    const { ports, keyUid, send } = await open(context);
    const input = {
      url: 'https://app.example/',
      events: ['usage.limit_reached', 'usage.threshold_reached'],
      thresholds: [120],
    };
    const { webhook } = await createWebhook(ports, BY, ACCOUNT, input);
    await setLimits(ports, BY, { ...ofAccount, keyUid }, { key_monthly_egress_hard_bytes: 100 });
    await setLimits(ports, BY, ofAccount, { account_monthly_egress_soft_bytes: 120 });
    for (const bytes of [99, 1, 20, 500]) {
      await send(bytes);
    }
    await setLimits(ports, BY, ofAccount, { account_monthly_egress_hard_bytes: 50 });
    const queued = await ports.store.webhookOutbox.listDue(webhook.id, ports.clock.unixNow(), 10);
    const told = queued.map(({ payload }) => JSON.parse(payload)).map(({ type, data }) => ({ type, ...data }));
    const month = new Date(monthStart(ports.clock.unixNow())).toISOString().slice(0, 7);
    const common = { accountId: ACCOUNT, month };
    const limit = { type: 'usage.limit_reached', ...common };
    assert.deepEqual(
      new Set(told.map((each) => JSON.stringify(each, Object.keys(each).sort()))),
      new Set(
        [
          { ...limit, keyId: keyUid, limit: 'hard', egressBytes: 100 },
          { ...limit, keyId: null, limit: 'soft', egressBytes: 120 },
          { ...limit, keyId: null, limit: 'hard', egressBytes: 620 },
          { type: 'usage.threshold_reached', ...common, thresholdBytes: 120, egressBytes: 120 },
        ].map((each) => JSON.stringify(each, Object.keys(each).sort())),
      ),
    );
    assert.equal(told.length, 4);
  });

  test('of an account is that of all its keys', async (context) => {
    const { ports, clock, send } = await open(context);
    const { key: other } = await createKey(ports, BY, ACCOUNT, {});
    await setLimits(ports, BY, ofAccount, { account_monthly_egress_hard_bytes: 100 });
    await send(60);
    const { reached } = await recordUsage(ports, [deltaOf(other.uid, 9, minuteOf(clock), 40)]);
    assert.deepEqual(reached, [{ limit: 'hard', accountId: ACCOUNT, keyUid: undefined, egressBytes: 100 }]);
    assert.equal((await readLimits(ports, { ...ofAccount, keyUid: other.uid })).isBlocked, true);
  });

  test('is lifted by a higher limit, and reached at once by a lower one', async (context) => {
    const { ports, send } = await open(context);
    const hard = (bytes: number | null) =>
      setLimits(ports, BY, ofAccount, { account_monthly_egress_hard_bytes: bytes });
    await hard(100);
    await send(100);
    assert.equal((await hard(101)).isBlocked, false);
    assert.equal((await hard(99)).isBlocked, true);
    assert.equal((await hard(null)).isBlocked, false);
    const untils = (await blocks(ports)).map((change) =>
      change.kind === 'egress-blocked' ? change.until > 0 : undefined,
    );
    assert.deepEqual(untils, [true, false, true, false]);
  });

  test('counts a delta once, and what comes late to its own month', async (context) => {
    const { ports, clock, keyUid, send } = await open(context);
    await send(10);
    const repeated = deltaOf(keyUid, 1, minuteOf(clock), 10);
    assert.equal((await recordUsage(ports, [repeated])).repeated, 1);
    await setLimits(ports, BY, ofAccount, { account_monthly_egress_hard_bytes: 20 });
    const before = monthStart(clock.unixNow(), -1);
    assert.deepEqual((await send(99, before)).reached, []);
    assert.equal((await readLimits(ports, ofAccount)).monthEgressBytes, 10);
    const [past] = await ports.store.egress.list(before, ACCOUNT);
    assert.deepEqual([past?.egressBytes, past?.isBlocked], [99, false]);
  });

  test('is decided anew at a start with other defaults', async (context) => {
    const { ports, send } = await open(context);
    await send(100);
    const defaultLimits = { ...ports.settings.defaultLimits, keyMonthlyEgressHardBytes: 50 };
    await reviewMonth({ ...ports, settings: { ...ports.settings, defaultLimits } });
    assert.equal((await readLimits(ports, ofAccount)).isBlocked, false);
    assert.equal((await blocks(ports)).length, 1);
    await reviewMonth(ports);
    assert.equal((await blocks(ports)).length, 2);
  });
});
