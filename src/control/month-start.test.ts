import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import { monthStart } from './month-start.ts';

test('a month begins at midnight of UTC on its first day', () => {
  const iso = (text: string, later = 0) => new Date(monthStart(Date.parse(text) as UnixMs, later)).toISOString();
  assert.equal(iso('2026-01-31T23:59:59.999Z'), '2026-01-01T00:00:00.000Z');
  assert.equal(iso('2026-02-01T00:00:00Z'), '2026-02-01T00:00:00.000Z');
  assert.equal(iso('2025-12-31T23:00:00Z', 1), '2026-01-01T00:00:00.000Z');
  assert.equal(iso('2026-01-31T00:00:00Z', -13), '2024-12-01T00:00:00.000Z');
});
