import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { RELAY_EVENTS, RELAY_GAUGES, SUPERVISOR_EVENTS } from '../relay/relay-counters.ts';
import { EVENTS, INPUT_OUTCOMES } from '../turn/counter.ts';
import { createMetrics } from './metrics.ts';

function collectSamples(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line.startsWith('taciturn_'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

test("the relay's counters are read at each scrape, under names of Prometheus", async () => {
  let counters: Record<string, number> = { drop_no_permission: 2, ingress_bytes: 160, allocations: 3 };
  const relay = {
    outcomes: ['binding_answered', 'drop_no_permission'],
    events: ['ingress_bytes'],
    gauges: ['allocations'],
    readCounters: () => counters,
    readDatagramBackEnd: () => ({ backEnd: 'mmsg', reason: 'io_uring_refused' }),
  };
  const metrics = createMetrics({ version: '1.2.3', relay });
  await metrics.readText();
  counters = { drop_no_permission: 5, binding_answered: 1, ingress_bytes: 320, allocations: 1 };
  const samples = collectSamples(await metrics.readText());
  assert.deepEqual(samples, {
    [`taciturn_build_info{version="1.2.3",node_version="${process.version}"}`]: 1,
    'taciturn_packets_total{outcome="binding_answered"}': 1,
    'taciturn_packets_total{outcome="drop_no_permission"}': 5,
    taciturn_ingress_bytes_total: 320,
    taciturn_allocations: 1,
    'taciturn_turn_datagram_back_end{back_end="mmsg",reason="io_uring_refused"}': 1,
  });
});

test('requests are counted by method, route and status, and timed by route', async () => {
  const metrics = createMetrics({ version: '1.2.3' });
  metrics.observeRequest({ method: 'GET', route: '/healthz', status: 200, seconds: 0.002 });
  metrics.observeRequest({ method: 'GET', route: '/healthz', status: 200, seconds: 9 });
  const samples = collectSamples(await metrics.readText());
  assert.equal(samples['taciturn_http_requests_total{method="GET",route="/healthz",status="200"}'], 2);
  assert.equal(samples['taciturn_http_request_duration_seconds_bucket{le="0.0025",route="/healthz"}'], 1);
  assert.equal(samples['taciturn_http_request_duration_seconds_count{route="/healthz"}'], 2);
});

test('docs/reference/metrics.md tells of every metric', async () => {
  const text = await readFile(new URL('../../docs/reference/metrics.md', import.meta.url), 'utf8');
  const documented = [...text.matchAll(/`(taciturn_\w+)(?:…(\w+))?/g)].map(
    ([, start = '', end]) => new RegExp(end === undefined ? `^${start}$` : `^${start}\\w+${end}$`),
  );
  const relay = {
    outcomes: INPUT_OUTCOMES,
    events: [...EVENTS, ...RELAY_EVENTS, ...SUPERVISOR_EVENTS],
    gauges: [...RELAY_GAUGES, 'changes_lag_seconds'],
    readCounters: () => ({}),
    readDatagramBackEnd: () => undefined,
  };
  const metrics = await createMetrics({ version: '1.2.3', relay }).readText();
  const names = [...metrics.matchAll(/^# TYPE (taciturn_\w+) /gm)].map(([, name = '']) => name);
  assert.ok(names.length > 20);
  assert.deepEqual(
    names.filter((name) => !documented.some((pattern) => pattern.test(name))),
    [],
  );
  const groups = [...text.matchAll(/^\| `.*` \| /gm)].flatMap(([cell]) => [...cell.matchAll(/`(\w*)…(\w*)`/g)]);
  const isDescribed = (outcome: string) =>
    groups.some(([, start = '', end = '']) => outcome.startsWith(start) && outcome.endsWith(end));
  assert.deepEqual(
    INPUT_OUTCOMES.filter((outcome) => !isDescribed(outcome)),
    [],
  );
});
