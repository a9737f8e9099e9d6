import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { PROBLEM_KINDS } from './problem-codes.ts';

const REFERENCE = new URL('../../docs/reference/errors.md', import.meta.url);

test('docs/reference/errors.md lists every problem, with its status and code', async () => {
  const text = await readFile(REFERENCE, 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\d+) \| (\d+) \| \S/gm)];
  const documented = rows.map(([, name = '', status, code]) => [name, Number(status), Number(code)] as const);
  const kinds = Object.entries(PROBLEM_KINDS).map(([name, kind]) => [name, kind.status, kind.envelopeCode]);
  assert.deepEqual(documented.toSorted(), kinds.toSorted());
  const byCode = documented.toSorted((a, b) => a[2] - b[2] || a[1] - b[1]);
  assert.deepEqual(documented, byCode, 'the rows are in the order of their codes');
});

test('no two problems share status and code of the envelope, and each code is within its range', () => {
  const kinds = Object.values(PROBLEM_KINDS);
  // Cloudflare has one code for a token that is wrong (401) and one that lacks a permission (403).
  assert.equal(new Set(kinds.map(({ status, envelopeCode }) => `${status} ${envelopeCode}`)).size, kinds.length);
  assert.ok(kinds.every(({ envelopeCode }) => envelopeCode >= 1000));
});
