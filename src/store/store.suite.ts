import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import type { Change } from '../contract/change.ts';
import type { AccountId, KeyUid, Username } from '../contract/ids.ts';
import type { AccountToken, Revocation, Store, StoredKey, StoreSession } from '../control/ports.ts';

/** Opens a store that is empty and nobody else's. */
export type OpenStore = () => Promise<Store>;

const account = 'default' as AccountId;

export const at = (ms: number): UnixMs => ms as UnixMs;
export const uidOf = (i: number): KeyUid => i.toString(16).padStart(32, '0') as KeyUid;

export function storedKey(i: number, createdAt = i, owner: AccountId = account): StoredKey {
  const moment = at(createdAt);
  const key = { uid: uidOf(i), accountId: owner, name: `key ${i}`, createdAt: moment, modifiedAt: moment };
  return { key, tokenHash: `hash ${i}`, previous: undefined };
}

export async function openWithAccount(context: TestContext, open: OpenStore): Promise<Store> {
  const store = await open();
  context.after(() => store.close());
  await store.accounts.insert({ id: account, name: 'Default', createdAt: at(1) });
  return store;
}

/** What every store does, whatever its database. */
export function testStore(name: string, open: OpenStore): void {
  describe(`store, owners: ${name}`, () => testOwners(open));
  describe(`store, account tokens: ${name}`, () => testAccountTokens(open));
  describe(`store, keys: ${name}`, () => testKeys(open));
  describe(`store, transactions: ${name}`, () => testTransactions(open));
  describe(`store, revocations: ${name}`, () => testRevocations(open));
}

function testOwners(open: OpenStore): void {
  test('keeps one installation, which can be replaced', async (context) => {
    const store = await openWithAccount(context, open);
    assert.equal(await store.installation.read(), undefined);
    const installation = {
      nodeId: 'n',
      defaultAccountId: account,
      masterSecretFingerprint: 'f',
      longestTtlSeconds: 60,
      createdAt: at(5),
      startedAt: undefined,
    };
    await store.installation.put(installation);
    assert.deepEqual(await store.installation.read(), installation);
    const later = { ...installation, masterSecretFingerprint: 'g', startedAt: at(6) };
    await store.installation.put(later);
    assert.deepEqual(await store.installation.read(), later);
  });

  test('finds accounts by id', async (context) => {
    const store = await openWithAccount(context, open);
    assert.deepEqual(await store.accounts.find(account), { id: account, name: 'Default', createdAt: 1 });
    assert.equal(await store.accounts.find('other' as AccountId), undefined);
  });

  test('lists accounts newest first, in pages', async (context) => {
    const store = await openWithAccount(context, open);
    for (const i of [2, 3, 4]) {
      await store.accounts.insert({ id: `account-${i}` as AccountId, name: '', createdAt: at(Math.min(i, 3)) });
    }
    const list = async (offset: number) => (await store.accounts.list(offset, 2)).map(({ id }) => id as string);
    assert.deepEqual(await list(0), ['account-3', 'account-4']);
    assert.deepEqual(await list(2), ['account-2', 'default']);
    assert.equal(await store.accounts.count(), 4);
  });

  test('finds a token by its hash, until another hash takes its place', async (context) => {
    const store = await openWithAccount(context, open);
    const token = { id: 't', name: 'admin', tokenHash: 'aa', createdAt: at(3) };
    await store.tokens.put(token);
    assert.deepEqual(await store.tokens.findByHash('aa'), token);
    await store.tokens.put({ ...token, tokenHash: 'bb' });
    assert.equal(await store.tokens.findByHash('aa'), undefined);
    assert.equal((await store.tokens.findByHash('bb'))?.id, 't');
  });
}

function testAccountTokens(open: OpenStore): void {
  const tokenOf = (i: number, rest: Partial<AccountToken> = {}): AccountToken => ({
    id: uidOf(i),
    accountId: account,
    name: `token ${i}`,
    permissions: ['Calls Read', 'Account Analytics Read'],
    createdAt: at(i),
    expiresAt: undefined,
    lastUsedAt: undefined,
    ...rest,
  });

  test('are found by id and by hash, with all that is known of them', async (context) => {
    const store = await openWithAccount(context, open);
    const expiring = tokenOf(2, { expiresAt: at(9), permissions: ['Calls Write'] });
    await store.accountTokens.insert(tokenOf(1), 'aa');
    await store.accountTokens.insert(expiring, 'bb');
    assert.deepEqual(await store.accountTokens.find(uidOf(1)), tokenOf(1));
    assert.deepEqual(await store.accountTokens.findByHash('bb'), expiring);
    assert.equal(await store.accountTokens.findByHash('cc'), undefined);
    await assert.rejects(store.accountTokens.insert(tokenOf(3), 'aa'), 'no two tokens have one hash');
  });

  test('tell when they were last used, and are gone once removed', async (context) => {
    const store = await openWithAccount(context, open);
    await store.accountTokens.insert(tokenOf(1), 'aa');
    await store.accountTokens.noteUse(uidOf(1), at(70));
    assert.deepEqual(await store.accountTokens.findByHash('aa'), tokenOf(1, { lastUsedAt: at(70) }));
    await store.accountTokens.remove(uidOf(1));
    assert.equal(await store.accountTokens.findByHash('aa'), undefined);
    await store.accountTokens.noteUse(uidOf(1), at(80));
    assert.equal(await store.accountTokens.find(uidOf(1)), undefined, 'a late note brings nothing back');
  });

  test('get another name, other permissions and another expiry, and keep the rest', async (context) => {
    const store = await openWithAccount(context, open);
    await store.accountTokens.insert(tokenOf(1, { expiresAt: at(9) }), 'aa');
    await store.accountTokens.insert(tokenOf(2), 'bb');
    const changed = tokenOf(1, { name: 'new', permissions: ['Calls Write'] });
    await store.accountTokens.update({ ...changed, createdAt: at(5), lastUsedAt: at(6) });
    assert.deepEqual(await store.accountTokens.findByHash('aa'), changed);
    assert.deepEqual(await store.accountTokens.find(uidOf(2)), tokenOf(2));
  });

  test('are listed newest first, those of one account', async (context) => {
    const store = await openWithAccount(context, open);
    const other = 'other' as AccountId;
    await store.accounts.insert({ id: other, name: '', createdAt: at(1) });
    for (const i of [1, 2, 3]) {
      await store.accountTokens.insert(tokenOf(i), `hash ${i}`);
    }
    await store.accountTokens.insert(tokenOf(4, { accountId: other }), 'hash 4');
    assert.deepEqual(await store.accountTokens.list(account, 1, 5), [tokenOf(2), tokenOf(1)]);
    assert.equal(await store.accountTokens.count(account), 3);
    assert.equal(await store.accountTokens.count(other), 1);
  });
}

function testKeys(open: OpenStore): void {
  test('finds a key with its token’s hash', async (context) => {
    const store = await openWithAccount(context, open);
    await store.keys.insert(storedKey(1));
    assert.deepEqual(await store.keys.find(uidOf(1)), storedKey(1));
    assert.equal(await store.keys.find(uidOf(2)), undefined);
  });

  test('refuses a key of an account that does not exist', async (context) => {
    const store = await openWithAccount(context, open);
    await assert.rejects(store.keys.insert(storedKey(1, 1, 'nobody' as AccountId)));
  });

  test('lists an account’s keys newest first, equally old ones by uid, page by page', async (context) => {
    const store = await openWithAccount(context, open);
    const other = 'other' as AccountId;
    await store.accounts.insert({ id: other, name: '', createdAt: at(1) });
    for (const [i, createdAt] of [
      [1, 10],
      [2, 30],
      [3, 20],
      [5, 20],
      [4, 20],
    ] as const) {
      await store.keys.insert(storedKey(i, createdAt));
    }
    await store.keys.insert(storedKey(9, 99, other));
    const uids = async (offset: number, limit: number) =>
      (await store.keys.list(account, offset, limit)).map((key) => Number.parseInt(key.uid, 16));
    assert.deepEqual(await uids(0, 10), [2, 3, 4, 5, 1]);
    assert.deepEqual(await uids(0, 2), [2, 3]);
    assert.deepEqual(await uids(2, 2), [4, 5]);
    assert.deepEqual(await uids(4, 2), [1]);
    assert.deepEqual(await uids(6, 2), []);
    assert.equal(await store.keys.count(account), 5);
    assert.equal(await store.keys.count(other), 1);
  });

  test('renames a key, and keeps every text as it is', async (context) => {
    const store = await openWithAccount(context, open);
    await store.keys.insert(storedKey(1));
    for (const name of ['', "Robert'); drop table turn_keys;--", '<b>&"', '\u202eعربي', '😀'.repeat(64), 'a\nb\tc']) {
      assert.equal(await store.keys.rename(uidOf(1), name, at(50)), true);
      const found = await store.keys.find(uidOf(1));
      assert.deepEqual(found?.key, { ...storedKey(1).key, name, modifiedAt: 50 });
    }
    assert.equal(await store.keys.rename(uidOf(2), 'x', at(50)), false);
  });

  test('shows a deleted key to nobody, and never gives its uid again', async (context) => {
    const store = await openWithAccount(context, open);
    await store.keys.insert(storedKey(1));
    await store.keys.insert(storedKey(2));
    assert.equal(await store.keys.markDeleted(uidOf(1), at(9)), true);
    assert.equal(await store.keys.markDeleted(uidOf(1), at(9)), false);
    assert.equal(await store.keys.rename(uidOf(1), 'x', at(9)), false);
    assert.equal(await store.keys.find(uidOf(1)), undefined);
    assert.equal(await store.keys.count(account), 1);
    assert.deepEqual(
      (await store.keys.list(account, 0, 10)).map((key) => key.uid),
      [uidOf(2)],
    );
    await assert.rejects(store.keys.insert(storedKey(1)));
  });
}

function testTransactions(open: OpenStore): void {
  const createKey = async (session: StoreSession, i: number): Promise<number> => {
    const stored = storedKey(i);
    await session.keys.insert(stored);
    return session.changeLog.append({ kind: 'key-live', keyUid: stored.key.uid, accountId: account }, at(i));
  };

  test('undo everything when the work fails between the row and its change', async (context) => {
    const store = await openWithAccount(context, open);
    await store.transact((session) => createKey(session, 1));
    const failing = store.transact(async (session) => {
      await session.keys.insert(storedKey(2));
      throw new Error('power cut');
    });
    await assert.rejects(failing, /power cut/);
    const afterBoth = store.transact(async (session) => {
      await createKey(session, 3);
      throw new Error('power cut');
    });
    await assert.rejects(afterBoth, /power cut/);
    assert.equal(await store.keys.find(uidOf(2)), undefined);
    assert.equal(await store.keys.find(uidOf(3)), undefined);
    assert.equal(await store.changeLog.lastSeq(), 1);
    assert.equal(await store.transact((session) => createKey(session, 4)), 2, 'an undone number is given again');
  });

  test('are served one after the other, however many come at once', async (context) => {
    const store = await openWithAccount(context, open);
    const numbers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => store.transact((session) => createKey(session, i + 1))),
    );
    assert.deepEqual(
      numbers,
      Array.from({ length: 30 }, (_, i) => i + 1),
    );
    assert.equal(await store.keys.count(account), 30);
  });

  test('let a view see one state', async (context) => {
    const store = await openWithAccount(context, open);
    const seen = store.view(async (session) => [
      await session.keys.count(account),
      await session.changeLog.lastSeq(),
      await session.keys.count(account),
    ]);
    const written = store.transact((session) => createKey(session, 1));
    await written;
    const [before, seq, after] = await seen;
    assert.equal(before, after);
    assert.equal(before, seq);
  });
}

function testRevocations(open: OpenStore): void {
  const username = (i: number, expiresAt = 100): Revocation => ({
    kind: 'username-revoked',
    keyUid: uidOf(1),
    username: `user ${i}` as Username,
    expiresAt: at(expiresAt),
  });
  const bulk = (customIdentifier: string | null, issuedBefore: number): Revocation => ({
    kind: 'credentials-revoked',
    keyUid: uidOf(1),
    customIdentifier,
    issuedBefore: at(issuedBefore),
    expiresAt: at(issuedBefore + 100),
  });

  test('are recorded once', async (context) => {
    const store = await openWithAccount(context, open);
    await store.keys.insert(storedKey(1));
    assert.equal(await store.revocations.put(username(1), at(5)), true);
    assert.equal(await store.revocations.put(username(1), at(6)), false);
    assert.deepEqual((await readSnapshot(store, 10)).changes.slice(1), [username(1)]);
  });

  test('of one username are each key’s own', async (context) => {
    const store = await openWithAccount(context, open);
    await store.keys.insert(storedKey(1));
    await store.keys.insert(storedKey(2));
    const twin = { ...username(1), keyUid: uidOf(2) } as Revocation;
    assert.equal(await store.revocations.put(username(1), at(5)), true);
    assert.equal(await store.revocations.put(twin, at(5)), true);
    assert.deepEqual((await readSnapshot(store, 10)).changes.slice(2), [username(1), twin]);
  });

  test('of many: the latest moment of each custom identifier counts', async (context) => {
    const store = await openWithAccount(context, open);
    await store.keys.insert(storedKey(1));
    assert.equal(await store.revocations.put(bulk(null, 50), at(1)), true);
    assert.equal(await store.revocations.put(bulk(null, 50), at(1)), false);
    assert.equal(await store.revocations.put(bulk(null, 40), at(1)), false);
    assert.equal(await store.revocations.put(bulk('me', 40), at(1)), true);
    assert.equal(await store.revocations.put(bulk('me', 60), at(1)), true);
    const { changes } = await readSnapshot(store, 10);
    assert.deepEqual(changes.slice(1), [bulk(null, 50), bulk('me', 60)]);
  });

  test('cover what they mean, and nothing else', async (context) => {
    const store = await openWithAccount(context, open);
    await store.keys.insert(storedKey(1));
    const credential = (name: string, customIdentifier: string, issuedAt: number, key = 1) => ({
      keyUid: uidOf(key),
      username: name as Username,
      customIdentifier,
      issuedAt: at(issuedAt),
    });
    const isCovered = (...args: Parameters<typeof credential>) => store.revocations.covers(credential(...args));
    await store.revocations.put(username(1), at(5));
    await store.revocations.put(bulk('me', 60), at(1));
    assert.equal(await isCovered('user 1', '', 70), true);
    assert.equal(await isCovered('user 1', '', 70, 2), false, 'of another key');
    assert.equal(await isCovered('user 2', '', 70), false);
    assert.equal(await isCovered('user 2', 'me', 59), true);
    assert.equal(await isCovered('user 2', 'me', 60), false, 'issued at that very moment');
    assert.equal(await isCovered('user 2', 'you', 49), false);
    await store.revocations.put(bulk(null, 50), at(1));
    assert.deepEqual([await isCovered('user 2', 'you', 49), await isCovered('user 2', '', 49)], [true, true]);
    assert.equal(await isCovered('user 2', 'you', 50), false);
  });

  test('are forgotten after they expired, a bounded number at a time', async (context) => {
    const store = await openWithAccount(context, open);
    await store.keys.insert(storedKey(1));
    for (let i = 0; i < 5; i += 1) {
      await store.revocations.put(username(i, 100 + i), at(1));
      await store.revocations.put(bulk(`user ${i}`, i), at(1));
    }
    assert.equal(await store.revocations.prune(at(99), 10), 0);
    assert.equal(await store.revocations.prune(at(103), 3), 3);
    assert.equal(await store.revocations.prune(at(103), 3), 3);
    assert.equal(await store.revocations.prune(at(103), 3), 2);
    assert.deepEqual((await readSnapshot(store, 1)).changes.slice(1), [bulk('user 4', 4), username(4, 104)]);
  });

  test('of custom identifiers are counted for each key, until they expire', async (context) => {
    const store = await openWithAccount(context, open);
    await store.keys.insert(storedKey(1));
    await store.revocations.put(bulk(null, 1), at(1));
    await store.revocations.put(bulk('user 1', 1), at(1));
    await store.revocations.put(bulk('user 1', 2), at(1));
    await store.revocations.put(bulk('user 2', 50), at(1));
    assert.equal(await store.revocations.countIdentifiers(uidOf(1), at(101)), 2);
    assert.equal(await store.revocations.countIdentifiers(uidOf(1), at(102)), 1);
    assert.equal(await store.revocations.countIdentifiers(uidOf(2), at(1)), 0);
  });
}

export async function readSnapshot(store: Store, now: number) {
  const changes: Change[] = [];
  const seq = await store.changeLog.snapshot(at(now), (part) => changes.push(...part));
  return { seq, changes };
}
