import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Instant, UnixMs } from '../../src/base/clock.ts';
import { USAGE_EXPORT_ROWS_PER_PAGE } from '../../src/base/limits.ts';
import type { AccountId, KeyUid, Username } from '../../src/contract/ids.ts';
import type { UsageRow } from '../../src/contract/usage-delta.ts';
import { StoreError } from '../../src/control/errors.ts';
import type { ControlPorts } from '../../src/control/ports.ts';
import { recordUsage } from '../../src/control/record-usage.ts';
import { ADMIN_TOKEN, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';
import { waitFor } from '../support/wait-for.ts';

const clock = { ms: Date.UTC(2026, 0, 28) };
const movedClock: Clock = { now: () => clock.ms as Instant, unixNow: () => clock.ms as UnixMs };
const HEADER = 'date,keyId,customIdentifier,username,egressBytes,ingressBytes,allocations,allocationMs\r\n';
const KEY = 'a'.repeat(32);
const MANY = 2 * USAGE_EXPORT_ROWS_PER_PAGE + 1;

let installation: HttpInstallation;
let isBroken = false;

function row(username: string, change: Partial<UsageRow> = {}): UsageRow {
  const bytes = { ingressBytes: 100, ingressPackets: 1, egressBytes: 1000, egressPackets: 1 };
  const lived = { allocationsStarted: 1, allocationMs: 60_000 };
  const names = { accountId: 'default' as AccountId, keyUid: KEY as KeyUid, transport: 'udp' } as const;
  return { ...names, customIdentifier: username, username: username as Username, ...bytes, ...lived, ...change };
}

function breakable(control: ControlPorts): ControlPorts {
  const { usage } = control.store;
  const readDay = usage.readDay.bind(usage);
  usage.readDay = (page) =>
    isBroken ? Promise.reject(new StoreError('storage-failed', 'The disk is gone.')) : readDay(page);
  return control;
}

before(async () => {
  installation = await startHttpInstallation({ clock: movedClock, wrapControl: breakable });
  const many = Array.from({ length: MANY }, (_, i) => row(`user ${String(i).padStart(5, '0')}`));
  const days: readonly (readonly [number, readonly UsageRow[]])[] = [
    [Date.UTC(2026, 0, 28, 23, 59), [row('=1+1'), row('bob', { egressBytes: 5 })]],
    [Date.UTC(2026, 0, 29), [row('bob')]],
    [Date.UTC(2026, 0, 29, 12), [row('bob', { transport: 'tls' })]],
    [Date.UTC(2026, 0, 30), many],
  ];
  const deltas = days.map(([minute, rows], n) => ({
    node: 'n',
    boot: 'b',
    worker: 0,
    n,
    minute: minute as UnixMs,
    rows,
  }));
  await recordUsage(installation.control, deltas);
  clock.ms = Date.UTC(2026, 0, 31, 9);
});

after(() => installation.stop());

function request(query: string): Promise<Response> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  return fetch(`${installation.url}/client/v4/accounts/default/calls/usage.csv?${query}`, { headers });
}

test('a row for each day and key, exactly, by default', async () => {
  const response = await request('since=2026-01-28&until=2026-01-30');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/csv; charset=utf-8; header=present');
  const disposition = 'attachment; filename="usage-default-2026-01-28-2026-01-30-keyId.csv"';
  assert.equal(response.headers.get('content-disposition'), disposition);
  const rows = [`2026-01-28,${KEY},,,1005,200,2,120000`, `2026-01-29,${KEY},,,2000,200,2,120000`];
  assert.equal(await response.text(), `${HEADER}${rows.join('\r\n')}\r\n`);
});

test('other groupings, and what begins like a formula', async () => {
  const read = async (groupBy: string) =>
    (await (await request(`since=2026-01-28&until=2026-01-29&group_by=${groupBy}`)).text()).split('\r\n').slice(1, -1);
  assert.deepEqual(await read('date'), ['2026-01-28,,,,1005,200,2,120000']);
  const rest = [`2026-01-28,${KEY},'=1+1,`, ',1000,100,1,60000', `2026-01-28,${KEY},bob,`, ',5,100,1,60000'];
  assert.deepEqual(await read('customIdentifier'), [`${rest[0]}${rest[1]}`, `${rest[2]}${rest[3]}`]);
  assert.deepEqual(await read('username'), [`${rest[0]}'=1+1${rest[1]}`, `${rest[2]}bob${rest[3]}`]);
});

test('a day of several pages comes whole, each row once, in every grouping that has so many', async () => {
  for (const groupBy of ['customIdentifier', 'username']) {
    const text = await (await request(`since=2026-01-30&group_by=${groupBy}`)).text();
    const names = text
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(',')[2]);
    assert.deepEqual(
      names,
      Array.from({ length: MANY }, (_, i) => `user ${String(i).padStart(5, '0')}`),
    );
  }
});

test('a range without usage is a file with a header', async () => {
  assert.equal(await (await request('since=2026-01-20&until=2026-01-22')).text(), HEADER);
});

test('what cannot be exported is a problem', async () => {
  const refusals: readonly (readonly [string, number])[] = [
    ['', 2055],
    ['since=yesterday', 2055],
    ['since=2026-01-28T10:00:00Z', 2055],
    ['since=2026-01-30&until=2026-01-30', 2055],
    ['since=2026-01-30&until=2026-02-02', 2055],
    ['since=2024-01-30', 2055],
    ['since=2026-01-28&group_by=transport', 2056],
    ['since=2010-01-01&until=2010-01-02', 2022],
  ];
  for (const [query, code] of refusals) {
    const response = await request(query);
    assert.equal(response.status, 400, query);
    const { errors } = (await response.json()) as { errors: readonly { code: number }[] };
    assert.equal(errors[0]?.code, code, query);
  }
});

test('a store that fails before the first page is a problem', async () => {
  isBroken = true;
  try {
    assert.equal((await request('since=2026-01-28')).status, 503);
  } finally {
    isBroken = false;
  }
});

test('an export may take longer than any other answer', async () => {
  const slow = await startHttpInstallation({
    clock: movedClock,
    limits: { answerTimeoutMs: 100 },
    wrapControl: (control) => {
      const { usage } = control.store;
      const readDay = usage.readDay.bind(usage);
      usage.readDay = async (page) => {
        await delay(50);
        return readDay(page);
      };
      return control;
    },
  });
  try {
    const path = '/client/v4/accounts/default/calls/usage.csv?since=2026-01-01&until=2026-01-08';
    const response = await fetch(`${slow.url}${path}`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
    assert.deepEqual([response.status, await response.text()], [200, HEADER]);
  } finally {
    await slow.stop();
  }
});

/** A service whose reads of days wait to be let go, and what is known of them. */
async function startHeld() {
  const held = { reads: 0, finished: 0, release: () => {} };
  const released = new Promise<void>((resolve) => {
    held.release = resolve;
  });
  const slow = await startHttpInstallation({
    clock: movedClock,
    wrapControl: (control) => {
      const { usage } = control.store;
      usage.readDay = async ({ day }) => {
        held.reads += 1;
        await released;
        held.finished += 1;
        return [{ ...row('alice'), day, keyId: KEY }];
      };
      return control;
    },
  });
  return { slow, held };
}

const DAYS_PATH = '/client/v4/accounts/default/calls/usage.csv?since=2026-01-28&until=2026-01-31';

test('whoever goes away before the first page has no further page read', async () => {
  const { slow, held } = await startHeld();
  try {
    const abort = new AbortController();
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const response = fetch(`${slow.url}${DAYS_PATH}`, { headers, signal: abort.signal });
    await waitFor('the first read', () => held.reads === 1);
    abort.abort();
    await assert.rejects(response, { name: 'AbortError' });
    // The service has seen the connection end when it answers another one that came later.
    assert.equal((await fetch(`${slow.url}/healthz`)).status, 200);
    held.release();
    await waitFor('the end of the read', () => held.finished === 1);
    const whole = await (await fetch(`${slow.url}${DAYS_PATH}`, { headers })).text();
    assert.equal(whole.split('\r\n').length, 1 + 3 + 1);
    assert.equal(held.reads, 1 + 3, 'the second export reads three days, and the first no more than one');
  } finally {
    await slow.stop();
  }
});
