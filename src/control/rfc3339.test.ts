import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import { formatDate, formatMonth, formatRfc3339, parseRfc3339 } from './rfc3339.ts';

test('times of RFC 3339 are read with their offset and fraction', () => {
  const cases: [string, string][] = [
    ['1985-04-12T23:20:50.52Z', '1985-04-12T23:20:50.520Z'],
    ['1996-12-19T16:39:57-08:00', '1996-12-20T00:39:57.000Z'],
    ['1937-01-01T12:00:27.87+00:20', '1937-01-01T11:40:27.870Z'],
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00.000Z'],
    ['2024-02-29T00:00:00.1239999+23:59', '2024-02-28T00:01:00.123Z'],
    ['1970-01-01T00:00:00-00:00', '1970-01-01T00:00:00.000Z'],
  ];
  for (const [text, expected] of cases) {
    assert.equal(parseRfc3339(text), Date.parse(expected), text);
  }
});

test('anything else is no time', () => {
  const texts = [
    '',
    'now',
    '1700000000',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31 12:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '0099-01-01T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:60Z',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00.Z',
    'Sat, 31 Jan 2026 12:00:00 GMT',
  ];
  for (const text of texts) {
    assert.equal(parseRfc3339(text), undefined, text);
  }
});

test('a moment is written in UTC, with milliseconds only when it has some', () => {
  assert.equal(formatRfc3339(1_700_000_000_000 as UnixMs), '2023-11-14T22:13:20Z');
  assert.equal(formatRfc3339(1_700_000_000_005 as UnixMs), '2023-11-14T22:13:20.005Z');
});

test('the day and the month of a moment are those of UTC', () => {
  const lastMs = (Date.UTC(2024, 2, 1) - 1) as UnixMs;
  assert.deepEqual([formatDate(lastMs), formatMonth(lastMs)], ['2024-02-29', '2024-02']);
  const next = (lastMs + 1) as UnixMs;
  assert.deepEqual([formatDate(next), formatMonth(next)], ['2024-03-01', '2024-03']);
});
