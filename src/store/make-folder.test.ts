import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { makeFolder } from './make-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'taciturn-make-'));
after(() => rmSync(parent, { recursive: true, force: true }));

describe('making a folder', () => {
  test('makes those above it, each for its owner alone', () => {
    makeFolder(join(parent, 'a', 'b'));
    for (const made of [join(parent, 'a'), join(parent, 'a', 'b')]) {
      assert.equal(statSync(made).mode & 0o777, 0o700);
    }
  });

  test('leaves one that is there as it is', () => {
    const folder = join(parent, 'there');
    mkdirSync(folder, { mode: 0o755 });
    makeFolder(folder);
    assert.equal(statSync(folder).mode & 0o777, 0o755);
  });

  test('fails below a file, and where a link leads nowhere', () => {
    writeFileSync(join(parent, 'file'), '');
    assert.throws(() => makeFolder(join(parent, 'file', 'b')), { code: 'ENOTDIR' });
    symlinkSync(join(parent, 'nowhere'), join(parent, 'link'));
    assert.throws(() => makeFolder(join(parent, 'link', 'b')), { code: 'EEXIST' });
  });
});
