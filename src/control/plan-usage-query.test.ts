import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId } from '../contract/ids.ts';
import { planUsageQuery } from './plan-usage-query.ts';
import type { UsageQuery } from './usage-query.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2026, 5, 30, 17, 23) as UnixMs;
const account = { id: 'default' as AccountId, name: '', createdAt: Date.UTC(2025, 0, 1) as UnixMs };
const retentionMs = { minute: 30 * DAY_MS, hour: 400 * DAY_MS, day: 3_660 * DAY_MS };

function plan(dimensions: UsageQuery['dimensions'], from: number, to: number, rest: UsageQuery['filter'][] = []) {
  const bound = (operator: 'geq' | 'lt', moment: number) =>
    ({ kind: 'time', dimension: 'datetime', operator, values: [moment as UnixMs] }) as const;
  const filter = { kind: 'all', of: [bound('geq', from), bound('lt', to), ...rest] } as const;
  return planUsageQuery({ dimensions, filter, orderBy: [], limit: 10 }, { account, now: NOW, retentionMs });
}

describe('the levels of a plan', () => {
  const levelsOf = (dimensions: UsageQuery['dimensions'], from: number, to: number) =>
    plan(dimensions, from, to).segments.map(({ level }) => level);
  const midnight = NOW - (NOW % DAY_MS);

  test('are days for whole days, and finer at the ends of others', () => {
    assert.deepEqual(levelsOf([], midnight - 9 * DAY_MS, midnight), ['day']);
    assert.deepEqual(levelsOf(['date'], midnight - 9 * DAY_MS, midnight + HOUR_MS), ['day', 'hour']);
    const minutes = levelsOf([], midnight - 9 * DAY_MS - HOUR_MS - 60_000, midnight);
    assert.deepEqual(minutes, ['minute', 'hour', 'day']);
  });

  test('are no coarser than what is grouped by', () => {
    assert.deepEqual(levelsOf(['datetimeHour'], midnight - DAY_MS, midnight), ['hour']);
    assert.deepEqual(levelsOf(['datetimeFiveMinutes'], midnight - DAY_MS, midnight), ['minute']);
  });

  test('that are forgotten are refused, unless a coarser one answers', () => {
    const old = midnight - 40 * DAY_MS;
    assert.deepEqual(levelsOf([], old, old + DAY_MS), ['day']);
    assert.throws(() => levelsOf(['datetimeMinute'], old, old + DAY_MS), { code: 'usage-forgotten' });
    assert.throws(() => levelsOf([], old + 60_000, old + DAY_MS), { code: 'usage-forgotten' });
  });
});

test('a plan says what is told apart: what is grouped by and compared, a label by its node', () => {
  const from = NOW - DAY_MS;
  const city = { kind: 'text', dimension: 'datacenterCity', operator: 'eq', values: ['Bern'] } as const;
  assert.deepEqual(plan(['date'], from, NOW).sources, []);
  assert.deepEqual(plan(['keyId', 'date'], from, NOW, [city]).sources, ['keyId', 'node']);
  assert.deepEqual(plan(['username'], from, NOW).sources, ['username']);
});
