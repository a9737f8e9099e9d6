// Writes what the configuration's schema says into docs/reference/; a test fails while the files differ from it.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatConfigJsonSchema } from '../src/config/json-schema.ts';
import { insertReferenceTable } from '../src/config/reference-table.ts';
import { root } from './bootstrap/root.mjs';

const page = join(root, 'docs/reference/configuration.md');
writeFileSync(page, insertReferenceTable(readFileSync(page, 'utf8')));
const schema = join(root, 'docs/reference/taciturn.schema.json');
writeFileSync(schema, formatConfigJsonSchema());
execFileSync(join(root, 'node_modules/.bin/biome'), ['format', '--write', schema], { stdio: 'inherit' });
