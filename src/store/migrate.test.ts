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

function migrationsBefore(name: string): typeof MIGRATIONS {
  assert.ok(Object.hasOwn(MIGRATIONS, name));
  return Object.fromEntries(Object.entries(MIGRATIONS).filter(([each]) => each < name));
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
    'audit_entries',
    'change_log',
    'change_sequence',
    'connection_test_results',
    'connection_tests',
    'credential_revocations',
    'denied_peers',
    'egress_months',
    'installation',
    'limit_overrides',
    'nodes',
    'one_time_tokens',
    'outcome_days',
    'outcome_hours',
    'outcome_minutes',
    'passkeys',
    'people',
    'person_sessions',
    'shared_secrets',
    'turn_keys',
    'usage_days',
    'usage_hours',
    'usage_identifier_days',
    'usage_key_days',
    'usage_key_hours',
    'usage_key_minutes',
    'usage_minutes',
    'usage_sources',
    'username_revocations',
    'webhook_outbox',
    'webhooks',
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
  await migrate(db, sqliteFlavor, migrationsBefore('0005-rolled-keys'));
  database.exec(
    "insert into accounts values ('a', 'A', 1); insert into turn_keys values ('u', 'a', '', 'h', 1, 1, null)",
  );
  await migrate(db, sqliteFlavor);
  const row = database.prepare('select token_hash, previous_token_hash, previous_token_until from turn_keys').get();
  assert.deepEqual({ ...row }, { token_hash: 'h', previous_token_hash: null, previous_token_until: null });
});

test('usage of before it was summed up by key is summed up', async (context) => {
  const { database, db } = openEmpty();
  context.after(() => db.destroy());
  await migrate(db, sqliteFlavor, migrationsBefore('0011-usage-by-key'));
  for (const [table, bucket] of [
    ['usage_minutes', 'minute'],
    ['usage_hours', 'hour'],
    ['usage_days', 'day'],
  ] as const) {
    const names = `${bucket}, account_id, key_uid, username, transport, node, custom_identifier`;
    const counts = 'ingress_bytes, ingress_packets, egress_bytes, egress_packets, allocations_started, allocation_ms';
    const rows = ['one', 'two'].map((name) => `(60000, 'a', 'k', '${name}', 'udp', 'n', 'me', 1, 2, 3, 4, 5, 6)`);
    database.exec(`insert into ${table} (${names}, ${counts}) values ${rows.join(', ')}`);
  }
  await migrate(db, sqliteFlavor);
  const sums = ['a', 60_000, 'k', 2, 4, 6, 8, 10, 12];
  const placed = ['a', 60_000, 'k', 'udp', 'n', ...sums.slice(3)];
  const readAll = (table: string) => database.prepare(`select * from ${table}`).all().map(Object.values);
  assert.deepEqual(readAll('usage_key_minutes'), [sums]);
  assert.deepEqual(readAll('usage_key_hours'), [placed]);
  assert.deepEqual(readAll('usage_key_days'), [placed]);
  assert.deepEqual(readAll('usage_identifier_days'), [['a', 60_000, 'me', 'k', ...sums.slice(3)]]);
});

test('what was sent before months were summed up is in their sums', async (context) => {
  const { database, db } = openEmpty();
  context.after(() => db.destroy());
  await migrate(db, sqliteFlavor, migrationsBefore('0008-limits'));
  const insertDay = database.prepare(
    "insert into usage_days values ('a', ?, ?, 'user', 'udp', 'node', '', 0, 0, ?, 0, 0, 0)",
  );
  for (const [day, key, bytes] of [
    [Date.UTC(2026, 0, 1), 'k', 1],
    [Date.UTC(2026, 0, 31), 'k', 2],
    [Date.UTC(2026, 0, 31), 'l', 4],
    [Date.UTC(2026, 1, 1), 'k', 8],
  ] as const) {
    insertDay.run(day, key, bytes);
  }
  await migrate(db, sqliteFlavor);
  const rows = database.prepare('select month, key_uid, egress_bytes from egress_months order by 1, 2').all();
  assert.deepEqual(
    rows.map((row) => Object.values(row)),
    [
      [Date.UTC(2026, 0), '', 7],
      [Date.UTC(2026, 0), 'k', 3],
      [Date.UTC(2026, 0), 'l', 4],
      [Date.UTC(2026, 1), '', 8],
      [Date.UTC(2026, 1), 'k', 8],
    ],
  );
});

test('what was revoked before revocations were kept by key stays so', async (context) => {
  const { database, db } = openEmpty();
  context.after(() => db.destroy());
  await migrate(db, sqliteFlavor, migrationsBefore('0007-shared-secrets'));
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
