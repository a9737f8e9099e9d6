/**
 * Writes `api/analytics.graphql` from the schema that queries are answered by; a test fails when it is not what it says.
 *
 *     node scripts/emit-analytics-schema.ts
 */
import { writeFile } from 'node:fs/promises';
import { printSchema } from 'graphql';
import { analyticsSchema } from '../src/http/analytics/analytics-schema.ts';

await writeFile(new URL('../api/analytics.graphql', import.meta.url), `${printSchema(analyticsSchema)}\n`);
