import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { printSchema } from 'graphql';
import { analyticsSchema } from './analytics-schema.ts';

test('api/analytics.graphql is the schema that queries are answered by', () => {
  const written = readFileSync(new URL('../../../api/analytics.graphql', import.meta.url), 'utf8');
  assert.equal(written, `${printSchema(analyticsSchema)}\n`, 'run node scripts/emit-analytics-schema.ts');
});
