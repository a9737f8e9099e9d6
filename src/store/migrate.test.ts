import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Kysely, sql } from 'kysely';
import { MIGRATIONS, migrate } from './migrate.ts';
import type { Schema } from './schema.ts';
import { sqliteFlavor } from './sql-flavor.ts';
import { createSqliteDialect } from './sqlite-dialect.ts';

function openEmpty(): { readonly database: DatabaseSync; readonly db: Kysely<Schema> } {
  const database = new DatabaseSync(':memory:');
  return { database, db: new Kysely<Schema>({ dialect: createSqliteDialect(database) }) };
}

function tablesOf(database: DatabaseSync): readonly string[] {
  const rows = database.prepare("select name from sqlite_master where type = 'table' order by name").all();
  return rows.map((row) => String(row.name));
}

test('an empty database gets every table, each of them strict', async (context) => {
  const { database, db } = openEmpty();
  context.after(() => db.destroy());
  await migrate(db, sqliteFlavor);
  const tables = database.prepare("select name, strict from pragma_table_list where schema = 'main'").all();
  const ours = tables.filter((table) => !/^(sqlite|kysely)_/.test(String(table.name)));
  assert.deepEqual(ours.map((table) => table.name).sort(), [
    'account_tokens',
    'accounts',
    'api_tokens',
    'change_log',
    'change_sequence',
    'credential_revocations',
    'installation',
    'nodes',
    'shared_secrets',
    'turn_keys',
    'usage_days',
    'usage_hours',
    'usage_minutes',
    'usage_sources',
    'username_revocations',
  ]);
  assert.ok(ours.every((table) => table.strict === 1));
});

test('a database of the present schema is left alone, with its rows', async (context) => {
  const { database, db } = openEmpty();
  context.after(() => db.destroy());
  await migrate(db, sqliteFlavor);
  database.exec("insert into accounts values ('a', 'A', 1)");
  const before = tablesOf(database);
  await migrate(db, sqliteFlavor);
  assert.deepEqual(tablesOf(database), before);
  assert.equal(database.prepare('select name from accounts').get()?.name, 'A');
});

test('an older database takes the steps that it lacks', async (context) => {
  const { database, db } = openEmpty();
  context.after(() => db.destroy());
  await migrate(db, sqliteFlavor);
  const next = { ...MIGRATIONS, '9999-next': (target: Kysely<unknown>) => run(target, 'create table added (a) ') };
  await migrate(db, sqliteFlavor, next);
  assert.ok(tablesOf(database).includes('added'));
});

test('an installation of before it was noted when the first start was over has had its first start', async (context) => {
  const { database, db } = openEmpty();
  context.after(() => db.destroy());
  const { '0001-control-plane': first } = MIGRATIONS;
  await migrate(db, sqliteFlavor, { '0001-control-plane': first as NonNullable<typeof first> });
  database.exec("insert into installation values (1, 'n', 'default', 'f', 60, 5)");
  await migrate(db, sqliteFlavor);
  assert.equal(database.prepare('select started_at from installation').get()?.started_at, 5);
});

test('a key of before keys could be rolled has no former token', async (context) => {
  const { database, db } = openEmpty();
  context.after(() => db.destroy());
  const { '0005-rolled-keys': last, '0007-shared-secrets': _, ...before } = MIGRATIONS;
  await migrate(db, sqliteFlavor, before);
  database.exec(
    "insert into accounts values ('a', 'A', 1); insert into turn_keys values ('u', 'a', '', 'h', 1, 1, null)",
  );
  await migrate(db, sqliteFlavor);
  const row = database.prepare('select token_hash, previous_token_hash, previous_token_until from turn_keys').get();
  assert.deepEqual({ ...row }, { token_hash: 'h', previous_token_hash: null, previous_token_until: null });
  assert.notEqual(last, undefined);
});

test('what was revoked before revocations were kept by key stays so', async (context) => {
  const { database, db } = openEmpty();
  context.after(() => db.destroy());
  const { '0007-shared-secrets': last, ...before } = MIGRATIONS;
  assert.notEqual(last, undefined);
  await migrate(db, sqliteFlavor, before);
  database.exec("insert into username_revocations values ('alice', 'u', 9, 5), ('bob', 'u', 8, 6)");
  await migrate(db, sqliteFlavor);
  const rows = database.prepare('select * from username_revocations order by username').all();
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [
      { key_uid: 'u', username: 'alice', expires_at: 9, revoked_at: 5 },
      { key_uid: 'u', username: 'bob', expires_at: 8, revoked_at: 6 },
    ],
  );
  assert.ok(!tablesOf(database).includes('former_username_revocations'));
});

test('a newer database is refused by name, and not touched', async (context) => {
  const { database, db } = openEmpty();
  context.after(() => db.destroy());
  await migrate(db, sqliteFlavor, {
    ...MIGRATIONS,
    '9999-next': (target) => run(target, 'create table added (a)'),
  });
  const before = tablesOf(database);
  await assert.rejects(migrate(db, sqliteFlavor), {
    name: 'StoreError',
    code: 'schema-newer',
    message: /newer version of Taciturn \(9999-next\).*Start that version/s,
  });
  assert.deepEqual(tablesOf(database), before);
});

test('a step that fails half way leaves the database as it was', async (context) => {
  const { database, db } = openEmpty();
  context.after(() => db.destroy());
  await migrate(db, sqliteFlavor);
  const failing = {
    ...MIGRATIONS,
    '9998-good': (target: Kysely<unknown>) => run(target, 'create table good (a)'),
    '9999-bad': async (target: Kysely<unknown>) => {
      await run(target, 'create table half (a)');
      throw new Error('power cut');
    },
  };
  const before = tablesOf(database);
  await assert.rejects(migrate(db, sqliteFlavor, failing), /power cut/);
  assert.deepEqual(tablesOf(database), before);
  await migrate(db, sqliteFlavor);
});

async function run(db: Kysely<unknown>, text: string): Promise<void> {
  await sql.raw(text).execute(db);
}
