import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { selectFiles } from './select-files.ts';

const root = mkdtempSync(join(tmpdir(), 'taciturn-select-'));
after(() => rmSync(root, { recursive: true }));
for (const path of [
  'src/stun/demux.test.ts',
  'src/turn/server.test.ts',
  'src/turn/node_modules/x/x.test.ts',
  'src/turn/server.ts',
  'test/fault/kill.test.ts',
]) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), '');
}

function select(...selectors: readonly string[]): readonly (readonly [string, readonly string[]])[] {
  return selectFiles(root, selectors).map(({ kind, files }) => [kind.name, files] as const);
}

describe('a selection', () => {
  test('is everything by default, in the order of kinds, without the kinds that have no file', () => {
    assert.deepEqual(select(), [
      ['unit', ['src/stun/demux.test.ts', 'src/turn/server.test.ts']],
      ['fault', ['test/fault/kill.test.ts']],
    ]);
  });

  test('names kinds, folders and files, together', () => {
    assert.deepEqual(select('fault'), [['fault', ['test/fault/kill.test.ts']]]);
    assert.deepEqual(select(join(root, 'src/stun'), 'fault'), [
      ['unit', ['src/stun/demux.test.ts']],
      ['fault', ['test/fault/kill.test.ts']],
    ]);
    assert.deepEqual(select(join(root, 'src/turn/server.test.ts')), [['unit', ['src/turn/server.test.ts']]]);
  });

  test('that names nothing is an error', () => {
    assert.throws(() => select('units'), /units selects no test/);
    assert.throws(() => select('fault', join(root, 'src/st')), /src\/st selects no test/);
    assert.throws(() => select('browser'), /browser selects no test/);
  });
});
