import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { AUDIT_ACTIONS } from './audit-action.ts';

const REFERENCE = new URL('../../docs/reference/audit-log.md', import.meta.url);

test('docs/reference/audit-log.md explains every action, and no other', async () => {
  const [, table = ''] = (await readFile(REFERENCE, 'utf8')).split('| `action.type` | when |');
  const firstCells = [...table.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell]) => cell);
  const documented = firstCells.flatMap((cell) => [...(cell ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));
  assert.deepEqual(documented.toSorted(), Object.keys(AUDIT_ACTIONS).toSorted());
});
