import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { PROBLEM_KINDS } from './problem-codes.ts';

const REFERENCE = new URL('../../docs/reference/errors.md', import.meta.url);

test('docs/reference/errors.md lists every problem, with its status and code', async () => {
  const text = await readFile(REFERENCE, 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\d+) \| (\d+) \| \S/gm)];
  const documented = rows.map(([, name, status, code]) => [name, Number(status), Number(code)]);
  const kinds = Object.entries(PROBLEM_KINDS).map(([name, kind]) => [name, kind.status, kind.envelopeCode]);
  assert.deepEqual(documented.toSorted(), kinds.toSorted());
});

test('no two problems share a code of the envelope, and each is within its range', () => {
  const codes = Object.values(PROBLEM_KINDS).map(({ envelopeCode }) => envelopeCode);
  assert.equal(new Set(codes).size, codes.length);
  assert.ok(codes.every((code) => code >= 1000));
});
