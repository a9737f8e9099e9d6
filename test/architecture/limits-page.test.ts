import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EGRESS_EVENTS } from '../../src/app/egress-notices.ts';
import { settings } from '../../src/config/settings.ts';
import { DEFAULT_LIMITS, LIMIT_NAMES, type LimitName } from '../../src/contract/limits.ts';
import { LIMIT_FIELDS, limitFieldOf } from '../../src/control/limit-fields.ts';
import { COUNTER_NAMES } from '../../src/turn/counter.ts';

const page = readFileSync(new URL('../../docs/operating/limits.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| ([a k]*)\| .+? \| .+? \| (.+?) \| (.+?) \|$/gm)].map(
  ([, field = '', fallback, own = '', counters = '', events = '']) => ({
    field,
    fallback: Number(fallback),
    own: own.trim(),
    counters: [...counters.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    events: [...events.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  }),
);

test('the page of limits has every limit, with its default and whose it can be', () => {
  const expected = LIMIT_NAMES.map((name) => ({
    field: limitFieldOf(name),
    fallback: DEFAULT_LIMITS[name],
    own: LIMIT_FIELDS[name].isOfKeys ? 'a k' : 'a',
  }));
  const address = { field: 'allocations_per_client_address', fallback: 0, own: '' };
  assert.deepEqual(
    rows
      .map(({ field, fallback, own }) => ({ field, fallback, own }))
      .toSorted((a, b) => a.field.localeCompare(b.field)),
    [...expected, address].toSorted((a, b) => a.field.localeCompare(b.field)),
  );
});

test('each is a setting with this default', () => {
  const host = {} as Parameters<typeof settings.limits.allocationsPerKey.fallback>[0];
  const fallbacks = new Map(
    Object.entries(settings.limits).map(([name, setting]) => [limitFieldOf(name as LimitName), setting.fallback(host)]),
  );
  for (const { field, fallback } of rows) {
    assert.equal(fallbacks.get(field), fallback, field);
  }
});

test('each counter and each event exists, and no quota or event is left out', () => {
  const known: readonly string[] = [...COUNTER_NAMES, ...EGRESS_EVENTS];
  const told = new Set(rows.flatMap(({ counters, events }) => [...counters, ...events]));
  assert.deepEqual(
    [...told].filter((name) => !known.includes(name ?? '')),
    [],
  );
  const ofLimits = known.filter((name) => /^limit_reached_|_quota$|^egress_\w+_reached$/.test(name));
  assert.deepEqual(
    ofLimits.filter((name) => !told.has(name)),
    [],
  );
});
