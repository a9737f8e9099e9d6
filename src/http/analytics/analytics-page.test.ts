import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse, validate } from 'graphql';
import * as limits from '../../base/limits.ts';
import { ALLOCATION_OUTCOMES } from '../../contract/allocation-outcome.ts';
import { DAY_MS } from '../../control/day-ms.ts';
import { OUTCOME_TEXT_DIMENSIONS, TEXT_DIMENSIONS, TIME_DIMENSIONS } from '../../control/usage-dimension.ts';
import { analyticsSchema } from './analytics-schema.ts';

const page = readFileSync(new URL('../../../docs/reference/analytics.md', import.meta.url), 'utf8');

function assertRow(...cells: readonly (string | number)[]): void {
  const row = cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)).join(' | ');
  assert.ok(page.includes(`| ${row} |`), row);
}

test('docs/reference/analytics.md has the numbers of the limits', () => {
  assertRow('groups of an answer', limits.ANALYTICS_GROUPS_MAX);
  assertRow('conditions and values of a filter, with its orders', limits.ANALYTICS_FILTER_NODES_MAX);
  assertRow('filters within filters', limits.ANALYTICS_FILTER_DEPTH_MAX);
  assertRow('characters of a text', limits.ANALYTICS_TEXT_CHARACTERS_MAX);
  assertRow('`%` of a pattern', limits.ANALYTICS_LIKE_WILDCARDS_MAX);
  assertRow('datasets of a request', limits.GRAPHQL_USAGE_QUERIES_MAX);
  assertRow('fields, with those of fragments', limits.GRAPHQL_FIELDS_MAX);
  assertRow('levels', limits.GRAPHQL_DEPTH_MAX);
  assertRow('words and signs', limits.GRAPHQL_TOKENS_MAX);
  assertRow('brackets within brackets', limits.GRAPHQL_BRACKET_DEPTH_MAX);
  assertRow('values within values of variables', limits.GRAPHQL_VARIABLE_DEPTH_MAX);
  assertRow('`usage.retention_days`', `${limits.ANALYTICS_MINUTES_SPAN_MS_MAX / DAY_MS} days`);
  assertRow('`usage.hour_retention_days`', `${limits.ANALYTICS_HOURS_SPAN_MS_MAX / DAY_MS} days`);
});

test('it explains every outcome and every dimension', () => {
  const names = [
    ...ALLOCATION_OUTCOMES,
    ...Object.keys(TIME_DIMENSIONS),
    ...TEXT_DIMENSIONS,
    ...OUTCOME_TEXT_DIMENSIONS,
  ];
  assert.deepEqual(
    names.filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});

test('its queries are of the schema', () => {
  const queries = [...page.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, query]) => query ?? '');
  assert.equal(queries.length, 3);
  for (const query of queries) {
    assert.deepEqual(validate(analyticsSchema, parse(query)), []);
  }
});
