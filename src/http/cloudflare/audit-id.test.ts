import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '../../base/clock.ts';
import { formatAuditId, parseAuditId } from './audit-id.ts';

test('an identifier tells the place of its entry', () => {
  for (const [at, number] of [
    [0, 1],
    [1_700_000_000_250, 77],
    [0xffff_ffff_ffff, Number.MAX_SAFE_INTEGER],
  ] as const) {
    const id = formatAuditId({ at: at as UnixMs, number });
    assert.match(id, /^[0-9a-f]{32}$/);
    assert.deepEqual(parseAuditId(id), { at, number });
  }
});

test('what is the identifier of no entry has no place', () => {
  for (const text of ['', 'f'.repeat(31), 'F'.repeat(32), 'f'.repeat(32), `${'0'.repeat(31)}x`, ` ${'0'.repeat(31)}`]) {
    assert.equal(parseAuditId(text), undefined, text);
  }
});
