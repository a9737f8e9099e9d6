import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { checkSqlite, copySqlite } from './copy-sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'taciturn-copy-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a copy is what was committed, made while another connection writes', () => {
  const source = join(folder, 'source.sqlite');
  const writer = new DatabaseSync(source);
  writer.exec("pragma journal_mode = wal; create table words (word text); insert into words values ('committed')");
  writer.exec("begin immediate; insert into words values ('under way')");
  const copy = join(folder, 'copy.sqlite');
  copySqlite(source, copy);
  writer.exec('commit');
  writer.close();
  checkSqlite(copy);
  const reader = new DatabaseSync(copy, { readOnly: true });
  assert.deepEqual(
    reader
      .prepare('select word from words')
      .all()
      .map(({ word }) => word),
    ['committed'],
  );
  reader.close();
  assert.equal(statSync(copy).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder).sort(), ['copy.sqlite', 'source.sqlite']);
});

test('a copy replaces nothing', () => {
  const source = join(folder, 'source.sqlite');
  const before = readFileSync(source);
  assert.throws(() => copySqlite(source, source), { code: 'EEXIST' });
  assert.deepEqual(readFileSync(source), before);
});

test('a damaged page is found, wherever it lies', () => {
  const file = join(folder, 'damaged.sqlite');
  const database = new DatabaseSync(file);
  database.exec('create table words (word text); create index by_word on words (word)');
  const insert = database.prepare('insert into words values (?)');
  for (let i = 0; i < 2_000; i += 1) {
    insert.run(`word ${i}`);
  }
  database.close();
  checkSqlite(file);
  const whole = readFileSync(file);
  for (const at of [100, 5 * 4_096, whole.length - 4_096]) {
    writeFileSync(file, Buffer.concat([whole.subarray(0, at), Buffer.alloc(64, 0xff), whole.subarray(at + 64)]));
    assert.throws(() => checkSqlite(file), { name: 'StoreError', code: 'database-corrupt' }, `damage at ${at}`);
  }
});
