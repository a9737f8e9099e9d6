import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError } from '../control/errors.ts';
import { toFolderError } from './folder-errors.ts';
import { toStoreError } from './store-errors.ts';

test('each operational result code of SQLite has its code, extended ones too, and names its cause', () => {
  const expected = [
    [3, 'folder-not-writable'],
    [5, 'database-locked'],
    [6, 'database-locked'],
    [8, 'folder-not-writable'],
    [10, 'storage-failed'],
    [11, 'database-corrupt'],
    [13, 'disk-full'],
    [14, 'folder-not-writable'],
    [26, 'database-corrupt'],
    [10 | (3 << 8), 'storage-failed'],
    [10 | (19 << 8), 'disk-full'],
    [5 | (1 << 8), 'database-locked'],
  ] as const;
  for (const [errcode, code] of expected) {
    const cause = Object.assign(new Error('from SQLite'), { errcode });
    const error = toStoreError(cause);
    assert.ok(error instanceof StoreError);
    assert.equal(error.code, code);
    assert.equal(error.cause, cause);
  }
});

test('a broken constraint, a wrong query and what is no error of SQLite stay what they are', () => {
  for (const error of [
    Object.assign(new Error('refused'), { errcode: 19 }),
    Object.assign(new Error('refused'), { errcode: 1 }),
    'text',
  ]) {
    assert.equal(toStoreError(error), error);
  }
});

test('each refusal of the file system has its code', () => {
  const expected = {
    ENOSPC: 'disk-full',
    EDQUOT: 'disk-full',
    EACCES: 'folder-not-writable',
    EROFS: 'folder-not-writable',
  };
  for (const [system, code] of Object.entries({ ...expected, EIO: 'storage-failed' })) {
    const error = toFolderError(Object.assign(new Error('refused'), { code: system }), '/data');
    assert.ok(error instanceof StoreError);
    assert.equal(error.code, code);
    assert.match(error.message, /\/data/);
  }
  const bug = new TypeError('a bug');
  assert.equal(toFolderError(bug, '/data'), bug);
});
