import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, beforeEach, describe, test } from 'node:test';
import { backUp } from './back-up.ts';
import { lockDataFolder } from './lock-data-folder.ts';
import { restore } from './restore.ts';

const TAKEN = new Date('2026-03-01T10:00:00Z');
const LATER = new Date('2026-03-02T10:00:00Z');

const root = mkdtempSync(join(tmpdir(), 'taciturn-restore-'));
after(() => rmSync(root, { recursive: true, force: true }));

let data: string;
let backup: string;

beforeEach(() => {
  const folder = mkdtempSync(join(root, 'case-'));
  data = join(folder, 'data');
  backup = join(folder, 'backup');
  mkdirSync(data);
  writeFileSync(join(data, 'master-secret'), 'first secret\n');
  writeWord('first');
});

function writeWord(word: string): void {
  const database = new DatabaseSync(join(data, 'taciturn.sqlite'));
  database.exec('create table if not exists words (word text)');
  database.prepare('insert into words values (?)').run(word);
  database.close();
}

function readWords(folder: string): readonly unknown[] {
  const database = new DatabaseSync(join(folder, 'taciturn.sqlite'), { readOnly: true });
  const rows = database.prepare('select word from words').all();
  database.close();
  return rows.map(({ word }) => word);
}

describe('a backup', () => {
  test('holds the database and what lies beside it, for its owner alone, and says so', async () => {
    const { takenAt, files } = await backUp(data, backup, TAKEN);
    assert.equal(takenAt, '2026-03-01T10:00:00.000Z');
    assert.deepEqual(
      files.map(({ name }) => name),
      ['taciturn.sqlite', 'master-secret'],
    );
    assert.deepEqual(readdirSync(backup).sort(), ['backup.json', 'master-secret', 'taciturn.sqlite']);
    assert.equal(statSync(backup).mode & 0o777, 0o700);
  });

  test('is refused where there is nothing to back up, and into a folder that holds something', async () => {
    await assert.rejects(backUp(join(root, 'nowhere'), backup, TAKEN), /There is no database in .*--data/s);
    await assert.rejects(backUp(data, data, TAKEN), /is not empty, and a backup replaces nothing/);
    assert.deepEqual(readWords(data), ['first']);
  });
});

describe('restoring', () => {
  test('brings back what was there, and keeps what is replaced', async () => {
    await backUp(data, backup, TAKEN);
    writeWord('second');
    writeFileSync(join(data, 'master-secret'), 'second secret\n');
    writeFileSync(join(data, 'taciturn.sqlite-wal'), '');
    const { replaced = '' } = await restore(backup, data, LATER);
    assert.deepEqual(readWords(data), ['first']);
    assert.equal(readFileSync(join(data, 'master-secret'), 'utf8'), 'first secret\n');
    assert.equal(replaced, join(data, 'replaced-2026-03-02T10-00-00.000Z'));
    assert.deepEqual(readWords(replaced), ['first', 'second']);
    assert.equal(readFileSync(join(replaced, 'master-secret'), 'utf8'), 'second secret\n');
    assert.deepEqual(readdirSync(data).sort(), [
      'in-use',
      'master-secret',
      'replaced-2026-03-02T10-00-00.000Z',
      'taciturn.sqlite',
    ]);
  });

  test('signs everybody out: a session that was ended since would be good again', async () => {
    const database = new DatabaseSync(join(data, 'taciturn.sqlite'));
    database.exec('create table person_sessions (id text); create table one_time_tokens (id text)');
    database.exec("insert into person_sessions values ('a'); insert into one_time_tokens values ('b')");
    database.close();
    await backUp(data, backup, TAKEN);
    await restore(backup, data, LATER);
    const restored = new DatabaseSync(join(data, 'taciturn.sqlite'), { readOnly: true });
    for (const table of ['person_sessions', 'one_time_tokens']) {
      assert.deepEqual(restored.prepare(`select * from ${table}`).all(), [], table);
    }
    restored.close();
    assert.deepEqual(readWords(data), ['first']);
  });

  test('makes a data folder where there is none', async () => {
    await backUp(data, backup, TAKEN);
    const elsewhere = join(root, 'elsewhere', 'data');
    assert.equal((await restore(backup, elsewhere, LATER)).replaced, undefined);
    assert.deepEqual(readWords(elsewhere), ['first']);
  });

  const damages: Readonly<Record<string, { readonly damage: () => void; readonly says: RegExp }>> = {
    'a file that was changed': {
      damage: () => writeFileSync(join(backup, 'master-secret'), 'forged\n'),
      says: /master-secret of the backup .* not as it was written/,
    },
    'a file that is missing': {
      damage: () => rmSync(join(backup, 'taciturn.sqlite')),
      says: /taciturn\.sqlite of the backup .* is missing/,
    },
    'a backup that was cut off': {
      damage: () => rmSync(join(backup, 'backup.json')),
      says: /is no finished backup/,
    },
    'a manifest that leads out of the folder': {
      damage: () => {
        const file = { name: '../data/master-secret', bytes: 0, sha256: '0'.repeat(64) };
        const manifest = { format: 'taciturn-backup-1', takenAt: '', taciturn: '', files: [file] };
        writeFileSync(join(backup, 'backup.json'), JSON.stringify(manifest));
      },
      says: /is none that this version understands/,
    },
  };
  for (const [name, { damage, says }] of Object.entries(damages)) {
    test(`refuses ${name}, and changes nothing`, async () => {
      await backUp(data, backup, TAKEN);
      damage();
      const before = readdirSync(data);
      await assert.rejects(restore(backup, data, LATER), { name: 'BackupError', message: says });
      assert.deepEqual(readdirSync(data), before);
    });
  }

  test('is refused while a service uses the folder', async () => {
    await backUp(data, backup, TAKEN);
    const unlock = lockDataFolder(data);
    await assert.rejects(restore(backup, data, LATER), { name: 'StartError', message: /Another instance serves/ });
    unlock();
    assert.deepEqual(readWords(data), ['first']);
  });
});
