import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Clock, Instant, UnixMs } from '../../src/base/clock.ts';
import type { OutcomeCount } from '../../src/contract/allocation-outcome.ts';
import type { AccountId, KeyUid } from '../../src/contract/ids.ts';
import { recordUsage } from '../../src/control/record-usage.ts';
import { ADMIN_TOKEN, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const clock = { ms: Date.UTC(2026, 0, 30) };
const movedClock: Clock = { now: () => clock.ms as Instant, unixNow: () => clock.ms as UnixMs };
const KEY = 'a'.repeat(32);

let installation: HttpInstallation;

function outcome(change: Partial<OutcomeCount> = {}): OutcomeCount {
  const names = { accountId: 'default' as AccountId, keyUid: KEY as KeyUid, transport: 'udp' } as const;
  return { ...names, outcome: 'started', count: 1, ...change };
}

before(async () => {
  installation = await startHttpInstallation({ clock: movedClock });
  await installation.control.store.nodes.put({ id: 'n', city: 'Bern', code: 'BRN', country: 'CH', region: 'WEUR' });
  const reported: readonly (readonly [number, readonly OutcomeCount[]])[] = [
    [0, [outcome({ count: 5 }), outcome({ transport: 'tcp', count: 2 }), outcome({ outcome: 'denied_peer' })]],
    [7, [outcome({ outcome: 'refused_key_quota', count: 4 }), outcome({ outcome: 'refused_capacity' })]],
    [61, [outcome({ outcome: 'ended_expired', count: 3 }), outcome({ keyUid: 'b'.repeat(32) as KeyUid })]],
  ];
  const deltas = reported.map(([minutes, outcomes], n) => {
    const minute = (Date.UTC(2026, 0, 30, 10) + minutes * 60_000) as UnixMs;
    return { node: 'n', boot: 'b', worker: 0, n, minute, rows: [], outcomes };
  });
  await recordUsage(installation.control, deltas);
  const { applied, repeated } = await recordUsage(installation.control, deltas);
  assert.deepEqual([applied, repeated], [0, 3]);
  clock.ms = Date.UTC(2026, 0, 31, 9);
});

after(() => installation.stop());

async function post(selection: string): Promise<{
  readonly data: { readonly viewer: { readonly accounts: readonly [Record<string, unknown>] } } | null;
  readonly errors: readonly { readonly message: string }[] | null;
}> {
  const query = `{ viewer { accounts(filter: {accountTag: "default"}) { ${selection} } } }`;
  const response = await fetch(`${installation.url}/client/v4/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Awaited<ReturnType<typeof post>>;
}

async function groupsOf(args: string, fields: string): Promise<unknown> {
  const { data, errors } = await post(`turnAllocationGroups(${args}) { ${fields} }`);
  assert.equal(errors, null);
  return data?.viewer.accounts[0].turnAllocationGroups;
}

test('every dimension', async () => {
  const fields = `count dimensions { date datetime datetimeMinute datetimeFiveMinutes datetimeFifteenMinutes datetimeHour
    keyId transport outcome datacenterCity datacenterCode datacenterCountry datacenterRegion }`;
  assert.deepEqual(await groupsOf('filter: {outcome: "refused_capacity"}', fields), [
    {
      count: 1,
      dimensions: {
        date: '2026-01-30',
        datetime: '2026-01-30T10:07:00Z',
        datetimeMinute: '2026-01-30T10:07:00Z',
        datetimeFiveMinutes: '2026-01-30T10:05:00Z',
        datetimeFifteenMinutes: '2026-01-30T10:00:00Z',
        datetimeHour: '2026-01-30T10:00:00Z',
        keyId: KEY,
        transport: 'udp',
        outcome: 'refused_capacity',
        datacenterCity: 'Bern',
        datacenterCode: 'BRN',
        datacenterCountry: 'CH',
        datacenterRegion: 'WEUR',
      },
    },
  ]);
});

test('allocations by transport, and refusals by their number, each reported delta counted once', async () => {
  assert.deepEqual(
    await groupsOf('filter: {date: "2026-01-30", outcome: "started"}', 'count dimensions { transport }'),
    [
      { count: 2, dimensions: { transport: 'tcp' } },
      { count: 6, dimensions: { transport: 'udp' } },
    ],
  );
  const refused = 'filter: {outcome_like: "refused_%"}, orderBy: [count_DESC]';
  assert.deepEqual(await groupsOf(refused, 'count dimensions { outcome }'), [
    { count: 4, dimensions: { outcome: 'refused_key_quota' } },
    { count: 1, dimensions: { outcome: 'refused_capacity' } },
  ]);
  assert.deepEqual(await groupsOf(`filter: {keyId: "${KEY}", transport_notin: ["tls"]}`, 'count'), [{ count: 16 }]);
});

test('both datasets in one request', async () => {
  const { data } = await post('turnAllocationGroups { count } callsTurnUsageAdaptiveGroups { count }');
  assert.deepEqual(data?.viewer.accounts, [
    { turnAllocationGroups: [{ count: 17 }], callsTurnUsageAdaptiveGroups: [] },
  ]);
});

test('what usage refuses is refused here, too', async () => {
  const message = async (selection: string) => (await post(selection)).errors?.[0]?.message ?? '';
  const ask = (args: string, fields = 'count') => message(`turnAllocationGroups(${args}) { ${fields} }`);
  assert.match(await ask('limit: 0'), /limit must be positive/);
  assert.match(await ask('filter: {datetime_geq: "2026-01-30T03:01:00Z"}'), /older than 86400s/);
  assert.match(await ask('filter: {username: "alice"}'), /username/);
  assert.match(await ask('orderBy: [sum_egressBytes_ASC]'), /sum_egressBytes_ASC/);
  const many = Array.from({ length: 21 }, (_, i) => `a${i}: turnAllocationGroups { count }`);
  assert.match(await message(many.join(' ')), /number of datasets/);
});
