import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { lockDataFolder } from './lock-data-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'taciturn-lock-'));
after(() => rmSync(parent, { recursive: true, force: true }));

/** Tries to take the folder in another process, which then ends without giving it back. */
function lockElsewhere(folder: string): string {
  const module = new URL('./lock-data-folder.ts', import.meta.url).href;
  const script = `import { lockDataFolder } from ${JSON.stringify(module)};
    try { lockDataFolder(process.argv[1]); console.log('taken'); } catch (error) { console.log(error.message); }
    process.kill(process.pid, 'SIGKILL');`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script, folder], { encoding: 'utf8' }).stdout;
}

describe('the lock of a data folder', () => {
  test('makes the folder for its owner alone', () => {
    const folder = join(parent, 'new', 'data');
    lockDataFolder(folder)();
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  test('keeps other processes out until it is given back', () => {
    const folder = join(parent, 'shared');
    const release = lockDataFolder(folder);
    assert.match(lockElsewhere(folder), /^Another instance serves from the data folder/);
    release();
    assert.equal(lockElsewhere(folder), 'taken\n');
  });

  test('ends with the process that has it, even a killed one', () => {
    const folder = join(parent, 'killed');
    assert.equal(lockElsewhere(folder), 'taken\n');
    lockDataFolder(folder)();
  });
});
