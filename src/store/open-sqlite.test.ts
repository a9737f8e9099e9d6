import assert from 'node:assert/strict';
import { mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Store } from '../control/ports.ts';
import { testAudit } from './audit.suite.ts';
import { testChangeLog } from './change-log.suite.ts';
import { testConnectionTests } from './connection-tests.suite.ts';
import { testDeniedPeers } from './denied-peers.suite.ts';
import { testEgress } from './egress.suite.ts';
import { adoptSqlite, openSqlite, openSqliteInMemory, SQLITE_FILE } from './open-sqlite.ts';
import { testOutcomes } from './outcomes.suite.ts';
import { testPeople } from './people.suite.ts';
import { testRolledKeys } from './rolled-keys.suite.ts';
import { testSharedSecrets } from './shared-secrets.suite.ts';
import { at, storedKey, testStore, uidOf } from './store.suite.ts';
import { testUsage } from './usage.suite.ts';
import { testUsageProperties } from './usage-properties.suite.ts';
import { testUsageQueries } from './usage-queries.suite.ts';
import { testWebhooks } from './webhooks.suite.ts';

const root = await mkdtemp(join(tmpdir(), 'taciturn-store-'));
after(() => rm(root, { recursive: true, force: true }));

let folders = 0;
function newFolder(): string {
  folders += 1;
  return join(root, `data ${folders}`);
}

for (const suite of [
  testStore,
  testAudit,
  testUsage,
  testUsageQueries,
  testDeniedPeers,
  testOutcomes,
  testConnectionTests,
  testEgress,
  testWebhooks,
  testChangeLog,
  testSharedSecrets,
  testRolledKeys,
  testPeople,
]) {
  suite('SQLite on disk', () => openSqlite(newFolder()));
  suite('SQLite in memory', openSqliteInMemory);
}

testUsageProperties('SQLite in memory', openSqliteInMemory);

async function insertKey(store: Store, i: number): Promise<void> {
  await store.transact(async (session) => {
    const stored = storedKey(i);
    if ((await session.accounts.find(stored.key.accountId)) === undefined) {
      await session.accounts.insert({ id: stored.key.accountId, name: '', createdAt: at(1) });
    }
    await session.keys.insert(stored);
  });
}

describe('the data folder', () => {
  test('is its owner’s alone, and so is every file in it', async (context) => {
    const folder = newFolder();
    const store = await openSqlite(folder);
    context.after(() => store.close());
    await insertKey(store, 1);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    for (const suffix of ['', '-wal', '-shm']) {
      assert.equal((await stat(join(folder, SQLITE_FILE + suffix))).mode & 0o777, 0o600, suffix);
    }
  });

  test('is found again with what was written', async (context) => {
    const folder = newFolder();
    const first = await openSqlite(folder);
    await insertKey(first, 1);
    await first.close();
    const second = await openSqlite(folder);
    context.after(() => second.close());
    assert.deepEqual(await second.keys.find(uidOf(1)), storedKey(1));
  });

  test('may be open in two processes, each of which sees what the other wrote', async (context) => {
    const folder = newFolder();
    const [one, two] = [await openSqlite(folder), await openSqlite(folder)];
    context.after(() => Promise.all([one.close(), two.close()]));
    await insertKey(one, 1);
    await insertKey(two, 2);
    assert.deepEqual(await one.keys.find(uidOf(2)), storedKey(2));
    assert.deepEqual(await two.keys.find(uidOf(1)), storedKey(1));
  });

  test('holds nothing but the database once it is closed', async () => {
    const folder = newFolder();
    const store = await openSqlite(folder);
    await store.close();
    assert.deepEqual(await readdir(folder), [SQLITE_FILE]);
  });

  test('that cannot be made is refused with what to do', async () => {
    const file = newFolder();
    await writeFile(file, '');
    await assert.rejects(openSqlite(join(file, 'data')), {
      name: 'StoreError',
      code: 'folder-not-writable',
      message: /data folder .* \(ENOTDIR\).*Name a folder/s,
    });
  });

  test('whose file is no database is refused, and left as it is', async () => {
    const folder = newFolder();
    await mkdir(folder);
    await writeFile(join(folder, SQLITE_FILE), 'Dear diary, today I was a file of text. '.repeat(100));
    await assert.rejects(openSqlite(folder), { name: 'StoreError', code: 'database-corrupt' });
    assert.equal((await stat(join(folder, SQLITE_FILE))).size, 4_000);
  });

  test('with a damaged page says so when the page is read', async (context) => {
    const folder = newFolder();
    const first = await openSqlite(folder);
    for (let i = 1; i <= 200; i += 1) {
      await insertKey(first, i);
    }
    await first.close();
    const file = join(folder, SQLITE_FILE);
    const { size } = await stat(file);
    const head = 4096;
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(size - head, 0xa5), 0, size - head, head);
    await handle.close();
    await assert.rejects(
      async () => {
        const store = await openSqlite(folder);
        context.after(() => store.close());
        await store.keys.find(uidOf(1));
      },
      { name: 'StoreError', code: 'database-corrupt' },
    );
  });
});

describe('a database under pressure', () => {
  test('commits to the disk before it answers', async (context) => {
    const database = new DatabaseSync(join(root, 'pragmas.sqlite'));
    const store = await adoptSqlite(database);
    context.after(() => store.close());
    assert.deepEqual({ ...database.prepare('pragma journal_mode').get() }, { journal_mode: 'wal' });
    assert.deepEqual({ ...database.prepare('pragma synchronous').get() }, { synchronous: 2 });
    assert.deepEqual({ ...database.prepare('pragma foreign_keys').get() }, { foreign_keys: 1 });
  });

  test('is read while a transaction is under way', async (context) => {
    const store = await openSqlite(newFolder());
    context.after(() => store.close());
    await insertKey(store, 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    const writing = store.transact(async (session) => {
      await session.keys.insert(storedKey(2));
      await promise;
    });
    assert.deepEqual(await store.keys.find(uidOf(1)), storedKey(1));
    assert.equal(await store.keys.find(uidOf(2)), undefined);
    resolve();
    await writing;
    assert.deepEqual(await store.keys.find(uidOf(2)), storedKey(2));
  });

  test('locked by another process is refused after a while, and served when the lock is gone', async (context) => {
    const folder = newFolder();
    const store = await openSqlite(folder, 20);
    const other = new DatabaseSync(join(folder, SQLITE_FILE));
    context.after(async () => {
      other.close();
      await store.close();
    });
    other.exec('begin immediate');
    await assert.rejects(insertKey(store, 1), { name: 'StoreError', code: 'database-locked' });
    assert.equal(await store.keys.find(uidOf(1)), undefined, 'reading goes on');
    other.exec('rollback');
    await insertKey(store, 1);
    assert.deepEqual(await store.keys.find(uidOf(1)), storedKey(1));
  });

  test('locked by another process is waited for, while this one goes on', async (context) => {
    const folder = newFolder();
    const store = await openSqlite(folder, 1_000);
    const other = new DatabaseSync(join(folder, SQLITE_FILE));
    context.after(async () => {
      other.close();
      await store.close();
    });
    other.exec('begin immediate');
    const writing = insertKey(store, 1);
    // Were the thread itself to wait, the lock would never be given back.
    await setImmediate();
    other.exec('rollback');
    await writing;
    assert.deepEqual(await store.keys.find(uidOf(1)), storedKey(1));
  });

  test('that is full refuses to write, still reads, and writes again once there is room', async (context) => {
    const database = new DatabaseSync(':memory:');
    const store = await adoptSqlite(database);
    context.after(() => store.close());
    await insertKey(store, 1);
    database.exec('pragma max_page_count = 1');
    let written = 1;
    const fill = async () => {
      for (; written < 1_000; written += 1) {
        await insertKey(store, written + 1);
      }
    };
    await assert.rejects(fill, {
      name: 'StoreError',
      code: 'disk-full',
      message: /full.*Free some space; no restart is needed/s,
    });
    assert.deepEqual(await store.keys.find(uidOf(1)), storedKey(1));
    assert.equal(await store.keys.find(uidOf(written + 1)), undefined, 'nothing of the failed transaction is there');
    database.exec('pragma max_page_count = 100000');
    await insertKey(store, written + 1);
    assert.deepEqual(await store.keys.find(uidOf(written + 1)), storedKey(written + 1));
  });
});
