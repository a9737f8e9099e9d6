import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AccountId } from '../contract/ids.ts';
import type { Actor } from '../control/actor.ts';
import type { AuditEntry, AuditQuery, NewAuditEntry } from '../control/audit-entry.ts';
import type { Store } from '../control/ports.ts';
import { at, type OpenStore, openWithAccount, uidOf } from './store.suite.ts';

const account = 'default' as AccountId;
const token: Actor = { kind: 'account', tokenId: 't', tokenName: 'mine', address: '192.0.2.1' };

function entry(ms: number, rest: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return { at: at(ms), accountId: account, action: 'key_create', resourceId: uidOf(1), actor: token, ...rest };
}

async function list(store: Store, query: Partial<AuditQuery> = {}): Promise<readonly AuditEntry[]> {
  return store.audit.list({ direction: 'desc', offset: 0, limit: 100, ...query });
}

const timesOf = (entries: readonly AuditEntry[]) => entries.map((each) => each.at as number);

/** What every store does for the audit log, whatever its database. */
export function testAudit(name: string, open: OpenStore): void {
  describe(`store, audit log: ${name}`, () => {
    test('keeps entries as they are, whoever acted', async (context) => {
      const store = await openWithAccount(context, open);
      const actors: readonly Actor[] = [
        token,
        { kind: 'system' },
        { kind: 'installation', tokenId: '0', address: undefined },
        { kind: 'key', keyUid: uidOf(1), address: '2001:db8::1' },
        { kind: 'person', personId: uidOf(2), personName: 'Ada', address: '192.0.2.7' },
      ];
      const details = { name: '😀"\n', count: 3, isNew: true, permissions: ['a', 'b'] };
      for (const [i, actor] of actors.entries()) {
        await store.audit.append(entry(i, { actor, details }));
      }
      await store.audit.append(entry(9, { accountId: undefined, action: 'installation_create' }));
      const [last, ...entries] = await list(store);
      assert.deepEqual(
        entries.toReversed().map(({ number, ...rest }) => rest),
        actors.map((actor, i) => ({ ...entry(i, { actor }), details })),
      );
      assert.partialDeepStrictEqual(last, { accountId: undefined, action: 'installation_create', details: {} });
    });

    test('is in the order of time, then of writing, in both directions', async (context) => {
      const store = await openWithAccount(context, open);
      for (const [ms, resourceId] of [
        [5, 'first'],
        [5, 'second'],
        [4, 'third'],
        [5, 'fourth'],
      ] as const) {
        await store.audit.append(entry(ms, { resourceId }));
      }
      const order = ['fourth', 'second', 'first', 'third'];
      const names = (entries: readonly AuditEntry[]) => entries.map(({ resourceId }) => resourceId);
      assert.deepEqual(names(await list(store)), order);
      assert.deepEqual(names(await list(store, { direction: 'asc' })), order.toReversed());
      assert.deepEqual(names(await list(store, { offset: 1, limit: 2 })), ['second', 'first']);
    });

    test('is read on from any entry, without repetition or gap', async (context) => {
      const store = await openWithAccount(context, open);
      for (let i = 0; i < 7; i += 1) {
        await store.audit.append(entry(Math.floor(i / 3)));
      }
      for (const direction of ['asc', 'desc'] as const) {
        const whole = await list(store, { direction });
        const read: AuditEntry[] = [];
        let part = await list(store, { direction, limit: 2 });
        while (part.length > 0) {
          read.push(...part);
          part = await list(store, { direction, limit: 2, after: part.at(-1) });
        }
        assert.deepEqual(read, whole);
      }
    });

    test('is searched by account, time, place, action, actor and resource', async (context) => {
      const store = await openWithAccount(context, open);
      await store.audit.append(entry(1));
      await store.audit.append(entry(2, { accountId: 'other' as AccountId }));
      await store.audit.append(entry(3, { action: 'key_delete', resourceId: uidOf(2) }));
      await store.audit.append(entry(4, { actor: { kind: 'key', keyUid: uidOf(1), address: '192.0.2.9' } }));
      const search = async (query: Partial<AuditQuery>) => timesOf(await list(store, query));
      assert.deepEqual(await search({}), [4, 3, 2, 1]);
      assert.deepEqual(await search({ accountId: account }), [4, 3, 1]);
      assert.deepEqual(await search({ since: at(2), before: at(4) }), [3, 2]);
      assert.deepEqual(await search({ action: 'key_delete' }), [3]);
      assert.deepEqual(await search({ action: 'nothing' }), []);
      assert.deepEqual(await search({ actorId: 't', accountId: account }), [3, 1]);
      assert.deepEqual(await search({ actorAddress: '192.0.2.9' }), [4]);
      assert.deepEqual(await search({ resourceId: uidOf(2) }), [3]);
      const [second] = await list(store, { resourceId: uidOf(2) });
      assert.deepEqual(await search({ position: second }), [3]);
      assert.deepEqual(await search({ position: second, accountId: 'other' as AccountId }), []);
    });

    test('forgets the oldest first, a bounded number at a time, and gives no number twice', async (context) => {
      const store = await openWithAccount(context, open);
      for (const ms of [3, 1, 2, 4]) {
        await store.audit.append(entry(ms));
      }
      const [{ number: last } = { number: 0 }] = await list(store);
      assert.equal(await store.audit.prune(at(4), 2), 2);
      assert.deepEqual(timesOf(await list(store)), [4, 3]);
      assert.equal(await store.audit.prune(at(9), 9), 2);
      await store.audit.append(entry(5));
      assert.deepEqual(
        (await list(store)).map(({ number }) => number),
        [last + 1],
      );
    });
  });
}
