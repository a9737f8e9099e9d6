import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Errors, type XSchema } from 'typebox/schema';
import { parse } from 'yaml';
import { formatConfigJsonSchema } from './json-schema.ts';
import { insertReferenceTable } from './reference-table.ts';

function readReference(name: string): string {
  return readFileSync(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8');
}

describe('docs/reference is what the settings say; `node scripts/emit-config-reference.ts` writes it', () => {
  test('configuration.md', () => {
    const page = readReference('configuration.md');
    assert.equal(page, insertReferenceTable(page));
  });

  test('taciturn.schema.json', () => {
    assert.deepEqual(JSON.parse(readReference('taciturn.schema.json')), JSON.parse(formatConfigJsonSchema()));
  });
});

test("the page's example of a file fits the schema", () => {
  const example = /```yaml\n(.*?)```/s.exec(readReference('configuration.md'))?.[1] ?? '';
  const schema: unknown = JSON.parse(formatConfigJsonSchema());
  const [fits, errors] = Errors(schema as XSchema, parse(example));
  assert.ok(fits, JSON.stringify(errors));
});
