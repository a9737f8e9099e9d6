import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { getIntrospectionQuery } from 'graphql';
import type { Clock, Instant, UnixMs } from '../../src/base/clock.ts';
import type { AccountId, KeyUid, Username } from '../../src/contract/ids.ts';
import type { UsageRow } from '../../src/contract/usage-delta.ts';
import { StoreError } from '../../src/control/errors.ts';
import { recordUsage } from '../../src/control/record-usage.ts';
import { ADMIN_TOKEN, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

interface Answer {
  readonly status: number;
  readonly body: {
    readonly data: { readonly viewer: Record<string, readonly Record<string, unknown>[]> } | null;
    readonly errors: readonly { readonly message: string; readonly extensions: Record<string, string> }[] | null;
  };
}

const START = Date.UTC(2026, 0, 30);
/** Within the day that minutes are kept for, in these tests. */
const NOW = Date.UTC(2026, 0, 31, 9);
const clock = { ms: START };
const movedClock: Clock = { now: () => clock.ms as Instant, unixNow: () => clock.ms as UnixMs };
const RANGE = 'datetime_geq: "2026-01-30T10:00:00Z", datetime_lt: "2026-01-30T12:00:00Z"';

let installation: HttpInstallation;

function row(username: string, change: Partial<UsageRow> = {}): UsageRow {
  const bytes = { ingressBytes: 100, ingressPackets: 1, egressBytes: 1000, egressPackets: 1 };
  const lived = { allocationsStarted: 1, allocationMs: 60_000 };
  const names = { accountId: 'default' as AccountId, keyUid: 'a'.repeat(32) as KeyUid, transport: 'udp' } as const;
  return { ...names, customIdentifier: username, username: username as Username, ...bytes, ...lived, ...change };
}

before(async () => {
  installation = await startHttpInstallation({ clock: movedClock });
  const minute = (minutes: number) => (Date.UTC(2026, 0, 30, 10) + minutes * 60_000) as UnixMs;
  const rowsOf: readonly (readonly [number, readonly UsageRow[]])[] = [
    [0, [row('alice'), row('bob', { egressBytes: 5000 })]],
    [1, [row('alice')]],
    [7, [row('alice', { allocationMs: 120_000 })]],
    [61, [row('bob', { transport: 'tls' })]],
  ];
  const deltas = rowsOf.map(([at, rows], n) => ({ node: 'n', boot: 'b', worker: 0, n, minute: minute(at), rows }));
  await installation.control.store.nodes.put({ id: 'n', city: 'Bern', code: 'BRN', country: 'CH', region: 'WEUR' });
  await recordUsage(installation.control, deltas);
  clock.ms = NOW;
});

after(() => installation.stop());

async function post(body: unknown, token = ADMIN_TOKEN): Promise<Answer> {
  const response = await fetch(`${installation.url}/client/v4/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

async function groupsOf(args: string, fields: string, variables: object = {}): Promise<unknown> {
  const query = `{ viewer { accounts(filter: {accountTag: "default"}) {
    callsTurnUsageAdaptiveGroups(${args}) { ${fields} } } } }`;
  const { status, body } = await post({ query, variables });
  assert.deepEqual({ status, errors: body.errors }, { status: 200, errors: null });
  return body.data?.viewer.accounts?.[0]?.callsTurnUsageAdaptiveGroups;
}

async function refusal(query: unknown, variables: object = {}): Promise<string> {
  const { status, body } = await post({ query, variables });
  assert.equal(status, 400, JSON.stringify(body).slice(0, 300));
  assert.equal(body.data, null);
  assert.match(String(body.errors?.[0]?.extensions.timestamp), /^2026-01-31T09:00:00/);
  return String(body.errors?.[0]?.message);
}

const asked = (args: string, fields = 'count') =>
  `{ viewer { accounts(filter: {accountTag: "default"}) { callsTurnUsageAdaptiveGroups(${args}) { ${fields} } } } }`;

describe('answers', () => {
  test('sums and averages over a range', async () => {
    const fields =
      'count sum { egressBytes ingressBytes } avg { concurrentConnections concurrentConnectionsFiveMinutes }';
    const average = (60_000 * 4 + 120_000) / 7_200_000;
    assert.deepEqual(await groupsOf(`filter: {${RANGE}}`, fields), [
      {
        count: 5,
        sum: { egressBytes: 9000, ingressBytes: 500 },
        avg: { concurrentConnections: average, concurrentConnectionsFiveMinutes: average },
      },
    ]);
  });

  test('every dimension, and the labels of the node', async () => {
    const fields = `dimensions { date datetime datetimeMinute datetimeFiveMinutes datetimeFifteenMinutes datetimeHour
      keyId customIdentifier username datacenterCity datacenterCode datacenterCountry datacenterRegion }`;
    assert.deepEqual(await groupsOf('filter: {datetimeMinute: "2026-01-30T10:07:00Z"}', fields), [
      {
        dimensions: {
          date: '2026-01-30',
          datetime: '2026-01-30T10:07:00Z',
          datetimeMinute: '2026-01-30T10:07:00Z',
          datetimeFiveMinutes: '2026-01-30T10:05:00Z',
          datetimeFifteenMinutes: '2026-01-30T10:00:00Z',
          datetimeHour: '2026-01-30T10:00:00Z',
          keyId: 'a'.repeat(32),
          customIdentifier: 'alice',
          username: 'alice',
          datacenterCity: 'Bern',
          datacenterCode: 'BRN',
          datacenterCountry: 'CH',
          datacenterRegion: 'WEUR',
        },
      },
    ]);
  });

  test('a series in order, with the average of each bucket', async () => {
    const fields = 'dimensions { datetimeFiveMinutes } avg { concurrentConnections }';
    assert.deepEqual(await groupsOf(`filter: {${RANGE}}, orderBy: [datetimeFiveMinutes_ASC], limit: 2`, fields), [
      { dimensions: { datetimeFiveMinutes: '2026-01-30T10:00:00Z' }, avg: { concurrentConnections: 0.6 } },
      { dimensions: { datetimeFiveMinutes: '2026-01-30T10:05:00Z' }, avg: { concurrentConnections: 0.4 } },
    ]);
  });

  test('the top of a list, by bytes', async () => {
    const fields = 'dimensions { customIdentifier } sum { egressBytes }';
    const args = 'filter: {date_geq: "2026-01-30", date_leq: "2026-01-31"}, limit: 1, orderBy: [sum_egressBytes_DESC]';
    assert.deepEqual(await groupsOf(args, fields), [
      { dimensions: { customIdentifier: 'bob' }, sum: { egressBytes: 6000 } },
    ]);
  });

  test('filters with suffixes, AND and OR', async () => {
    const count = async (filter: string) => {
      const [group] = (await groupsOf(`filter: {${filter}}, orderBy: []`, 'count')) as { count: number }[];
      return group?.count ?? 0;
    };
    assert.equal(await count(''), 5);
    assert.equal(await count('username_like: "al%"'), 3);
    assert.equal(await count('username_in: ["bob", "eve"]'), 2);
    assert.equal(await count('username_notin: ["bob"]'), 3);
    assert.equal(await count('username_neq: "bob", datetimeMinute_gt: "2026-01-30T10:00:00Z"'), 2);
    assert.equal(
      await count('OR: [{username: "eve"}, {AND: [{username: "bob"}, {datetimeHour: "2026-01-30T11:00:00Z"}]}]'),
      1,
    );
    assert.equal(await count('OR: [], username: null'), 5);
    assert.equal(await count('datetime_geq: "2026-02-01"'), 0);
    assert.equal(await count('datacenterCountry: "DE"'), 0);
  });

  test('aliases, fragments, directives and several fields of one request', async () => {
    const query = `query Usage($withCount: Boolean!) { viewer { mine: accounts(filter: {accountTag: "default"}) {
      all: callsTurnUsageAdaptiveGroups(limit: 1) { ...totals __typename }
      hours: callsTurnUsageAdaptiveGroups(limit: 9, orderBy: [datetimeHour_DESC]) {
        dimensions { hour: datetimeHour ... on AccountCallsTurnUsageAdaptiveGroupsDimensions @skip(if: true) { username } }
        count @include(if: $withCount) } } } }
      fragment totals on AccountCallsTurnUsageAdaptiveGroups { sum { out: egressBytes } }`;
    const { body } = await post({ query, variables: { withCount: true }, operationName: 'Usage' });
    assert.deepEqual(body, {
      data: {
        viewer: {
          mine: [
            {
              all: [{ sum: { out: 9000 }, __typename: 'AccountCallsTurnUsageAdaptiveGroups' }],
              hours: [
                { dimensions: { hour: '2026-01-30T11:00:00Z' }, count: 1 },
                { dimensions: { hour: '2026-01-30T10:00:00Z' }, count: 4 },
              ],
            },
          ],
        },
      },
      errors: null,
    });
  });

  test('variables however a client declares them, or does not', async () => {
    const variables = { tag: 'default', from: '2026-01-30', to: '2026-01-30', filter: { username: 'bob' } };
    const selection = `{ viewer { accounts(filter: {accountTag: $tag}) {
      callsTurnUsageAdaptiveGroups(filter: {date_geq: $from, date_leq: $to}) { count } } } }`;
    for (const declared of [
      'query ($tag: string!, $from: Date!, $to: Date!)',
      'query ($tag: String!, $from: String, $to: Time)',
      'query',
      '',
    ]) {
      const { body } = await post({ query: `${declared} ${selection}`, variables });
      assert.deepEqual(body.data?.viewer.accounts, [{ callsTurnUsageAdaptiveGroups: [{ count: 5 }] }], declared);
    }
    const whole = `query ($filter: AccountCallsTurnUsageAdaptiveGroupsFilter_InputObject) ${asked('filter: $filter')}`;
    const { body } = await post({ query: whole, variables });
    assert.deepEqual(body.data?.viewer.accounts, [{ callsTurnUsageAdaptiveGroups: [{ count: 2 }] }]);
  });

  test('introspection', async () => {
    const { status, body } = await post({ query: getIntrospectionQuery() });
    assert.equal(status, 200);
    const names = JSON.stringify(body.data);
    for (const name of ['callsTurnUsageAdaptiveGroups', 'customIdentifier_notin', 'sum_egressBytes_DESC', 'uint64']) {
      assert.ok(names.includes(`"${name}"`), name);
    }
  });
});

describe('refusals', () => {
  test('an account that is not there', async () => {
    const { status, body } = await post({
      query: '{ viewer { accounts(filter: {accountTag: "nobody"}) { __typename } } }',
    });
    assert.equal(status, 403);
    assert.deepEqual([body.data, body.errors?.[0]?.message], [null, 'not authorized for that account']);
    assert.equal(body.errors?.[0]?.extensions.code, 'authz');
  });

  test('a missing or wrong token, and a body that is no request, have the envelope', async () => {
    assert.equal((await post({ query: '{ __typename }' }, 'wrong')).status, 401);
    for (const body of [
      [],
      [{ query: '{ __typename }' }],
      {},
      { query: 1 },
      { query: '{ __typename }', variables: [] },
    ]) {
      const answer = await post(body);
      assert.equal(answer.status, 400, JSON.stringify(body));
      assert.equal((answer.body as unknown as { success: boolean }).success, false);
    }
  });

  test('what is no GraphQL, or not of the schema', async () => {
    assert.match(await refusal('{'), /Syntax Error/);
    assert.match(await refusal(''), /Syntax Error/);
    assert.match(await refusal('{ viewer { zones } }'), /Cannot query field/);
    assert.match(await refusal('mutation { viewer }'), /mutation/);
    assert.match(await refusal(asked('filter: {datetime_geq: "yesterday"}')), /RFC 3339/);
    assert.match(await refusal(asked('filter: {datetime_geq: "1969-12-31"}')), /1970/);
    assert.match(await refusal(asked('orderBy: [max_ASC]')), /max_ASC/);
    assert.match(await refusal(asked('limit: 0')), /limit must be positive/);
    assert.match(await refusal(asked('limit: 10001')), /not greater than 10000/);
  });

  test('minutes that are no longer kept', async () => {
    const minutes = 'dimensions { datetimeMinute }';
    assert.match(await refusal(asked('filter: {datetime_geq: "2026-01-30T03:00:00Z"}', minutes)), /older than 86400s/);
    assert.match(await refusal(asked('filter: {datetime_geq: "2026-01-30T03:01:00Z"}')), /older than 86400s/);
  });

  test('bombs: each is refused at once, and says why', async () => {
    const deep = `${'{ viewer '.repeat(30)}{ __typename ${'}'.repeat(31)}`;
    const wide = Array.from({ length: 501 }, (_, i) => `a${i}: __typename`).join(' ');
    const many = Array.from({ length: 21 }, (_, i) => `a${i}: callsTurnUsageAdaptiveGroups { count }`).join(' ');
    const doubling = Array.from({ length: 30 }, (_, i) => `fragment f${i} on viewer { ...f${i + 1} ...f${i + 1} }`);
    const nested = (levels: number): object => (levels === 0 ? {} : { AND: [nested(levels - 1)] });
    const filtered = `query ($filter: AccountCallsTurnUsageAdaptiveGroupsFilter_InputObject) ${asked('filter: $filter')}`;
    const bombs: readonly (readonly [string, object, RegExp])[] = [
      [deep, {}, /depth/],
      [`{ ${wide} }`, {}, /number of fields/],
      [`{ viewer { accounts(filter: {accountTag: "default"}) { ${many} } } }`, {}, /number of datasets/],
      [`{ viewer { ...f0 } } ${doubling.join(' ')} fragment f30 on viewer { __typename }`, {}, /number of fields/],
      ['{ viewer { ...a } } fragment a on viewer { ...b } fragment b on viewer { ...a }', {}, /Cannot spread fragment/],
      [`{ ${'__typename '.repeat(2100)} }`, {}, /tokens/],
      [`{ viewer(a: ${'['.repeat(2100)}`, {}, /brackets/],
      [filtered, { filter: nested(17) }, /nested/],
      [filtered, { filter: nested(2000) }, /nested/],
      [filtered, { filter: { username_in: Array.from({ length: 1001 }, String) } }, /conditions and values/],
      [filtered, { filter: { OR: Array.from({ length: 600 }, () => ({ username: 'a' })) } }, /conditions and values/],
      [filtered, { filter: { username_like: '%a%b%c%' } }, /%/],
      [filtered, { filter: { username: 'x'.repeat(600) } }, /characters/],
    ];
    for (const [query, variables, reason] of bombs) {
      const started = performance.now();
      assert.match(await refusal(query, variables), reason, query.slice(0, 60));
      assert.ok(performance.now() - started < 1000, 'it is refused before it costs');
    }
    const { status } = await post({ query: `{ ${' '.repeat(70_000)} }` });
    assert.equal(status, 413);
  });

  test('a store that fails is a failure of ours, in the envelope', async () => {
    const failing = await startHttpInstallation({
      wrapControl: (control) => {
        const usage = Object.assign(Object.create(control.store.usage), {
          query: () => Promise.reject(new StoreError('database-locked', 'locked')),
        });
        return { ...control, store: Object.assign(Object.create(control.store), { usage }) };
      },
    });
    try {
      const response = await fetch(`${failing.url}/client/v4/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
        body: JSON.stringify({ query: asked('').replace('()', '') }),
      });
      assert.equal(response.status, 503);
    } finally {
      await failing.stop();
    }
  });
});
