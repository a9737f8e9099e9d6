import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Passkey, Person, PersonSession } from '../control/people/person.ts';
import { at, type OpenStore, openWithAccount, uidOf } from './store.suite.ts';

/** What a store keeps of people. */
export function testPeople(name: string, open: OpenStore): void {
  describe(`store, people: ${name}`, () => testPersons(open));
  describe(`store, sessions of people: ${name}`, () => testSessions(open));
  describe(`store, passkeys and links: ${name}`, () => testProofs(open));
}

function personOf(i: number, rest: Partial<Person> = {}): Person {
  return {
    id: uidOf(i),
    name: `person ${i}`,
    email: `person-${i}@example.com`,
    roles: [{ accountId: '*', role: 'owner' }],
    createdAt: at(i),
    lastSeenAt: undefined,
    ...rest,
  };
}

function sessionOf(i: number, person: number, rest: Partial<PersonSession> = {}): PersonSession {
  return {
    id: uidOf(100 + i),
    personId: uidOf(person),
    tokenHash: `hash ${i}`,
    createdAt: at(i),
    lastUsedAt: at(i),
    clientAddress: '192.0.2.1',
    userAgent: 'a browser',
    ...rest,
  };
}

function passkeyOf(i: number, person: number): Passkey {
  const times = { createdAt: at(i), lastUsedAt: undefined };
  return {
    id: `passkey-${i}`,
    personId: uidOf(person),
    name: 'a key',
    publicKey: 'AQID',
    counter: 0,
    transports: ['internal'],
    ...times,
  };
}

function testPersons(open: OpenStore): void {
  test('are found by id and by email, with all that is known of them', async (context) => {
    const { people, passkeys } = await openWithAccount(context, open);
    await people.insert(personOf(1), 'a hash');
    await people.insert(personOf(2, { roles: [{ accountId: '*', role: 'viewer' }] }), undefined);
    await passkeys.insert(passkeyOf(1, 1));
    const first = { person: personOf(1), passwordHash: 'a hash', passkeyCount: 1 };
    assert.deepEqual(await people.find(uidOf(1)), first);
    assert.deepEqual(await people.findByEmail('person-1@example.com'), first);
    assert.equal(await people.findByEmail('PERSON-1@example.com'), undefined);
    assert.deepEqual(
      (await people.list(1, 5)).map(({ person }) => person.id),
      [uidOf(2)],
    );
    assert.equal(await people.count(), 2);
    await assert.rejects(people.insert(personOf(3, { email: 'person-1@example.com' }), undefined));
  });

  test('change, are seen, and leave nothing behind', async (context) => {
    const { people, passkeys, personSessions, oneTimeTokens } = await openWithAccount(context, open);
    await people.insert(personOf(1), undefined);
    const changed = personOf(1, { name: 'another', email: 'x@example.com', roles: [] });
    await people.update(changed);
    await people.replacePassword(uidOf(1), 'new');
    await personSessions.insert(sessionOf(1, 1));
    await personSessions.noteUse(sessionOf(1, 1).id, at(70));
    const expected = { person: { ...changed, lastSeenAt: at(70) }, passwordHash: 'new', passkeyCount: 0 };
    assert.deepEqual(await people.find(uidOf(1)), expected);
    await passkeys.insert(passkeyOf(1, 1));
    await oneTimeTokens.replace({ tokenHash: 't', personId: uidOf(1), expiresAt: at(9) });
    await people.remove(uidOf(1));
    assert.equal(await people.count(), 0);
    assert.equal(await passkeys.find('passkey-1'), undefined);
    assert.equal(await personSessions.findByHash('hash 1'), undefined);
    assert.equal(await oneTimeTokens.findByHash('t'), undefined);
  });
}

function testSessions(open: OpenStore): void {
  test('are found by their hash, listed by use, and removed by their person alone', async (context) => {
    const { people, personSessions } = await openWithAccount(context, open);
    await people.insert(personOf(1), undefined);
    await people.insert(personOf(2), undefined);
    for (const session of [sessionOf(1, 1), sessionOf(2, 1), sessionOf(3, 2), sessionOf(4, 1)]) {
      await personSessions.insert(session);
    }
    assert.deepEqual(await personSessions.findByHash('hash 3'), sessionOf(3, 2));
    await personSessions.noteUse(sessionOf(1, 1).id, at(60));
    const listed = async () => (await personSessions.list(uidOf(1))).map(({ tokenHash }) => tokenHash);
    assert.deepEqual(await listed(), ['hash 1', 'hash 4', 'hash 2']);
    assert.equal(await personSessions.remove(uidOf(2), sessionOf(4, 1).id), false);
    assert.equal(await personSessions.remove(uidOf(1), sessionOf(4, 1).id), true);
    await personSessions.removeOfPerson(uidOf(1), sessionOf(2, 1).id);
    assert.deepEqual(await listed(), ['hash 2']);
    await personSessions.removeOfPerson(uidOf(1));
    assert.deepEqual(await listed(), []);
    assert.notEqual(await personSessions.findByHash('hash 3'), undefined);
  });

  test('are forgotten when unused, or old, a bounded number at a time', async (context) => {
    const { people, personSessions } = await openWithAccount(context, open);
    await people.insert(personOf(1), undefined);
    await personSessions.insert(sessionOf(1, 1, { lastUsedAt: at(90) }));
    await personSessions.insert(sessionOf(2, 1, { createdAt: at(50), lastUsedAt: at(60) }));
    await personSessions.insert(sessionOf(3, 1, { createdAt: at(50), lastUsedAt: at(70) }));
    assert.equal(await personSessions.prune(at(70), at(50), 1), 1);
    assert.equal(await personSessions.prune(at(70), at(50), 9), 1);
    assert.deepEqual(
      (await personSessions.list(uidOf(1))).map(({ tokenHash }) => tokenHash),
      ['hash 3'],
    );
  });
}

function testProofs(open: OpenStore): void {
  test('there is one link for the set-up and one for each person, until it expires', async (context) => {
    const { people, oneTimeTokens } = await openWithAccount(context, open);
    await people.insert(personOf(1), undefined);
    const setup = (tokenHash: string) => ({ tokenHash, personId: undefined, expiresAt: undefined });
    const invitation = (tokenHash: string, ms: number) => ({ tokenHash, personId: uidOf(1), expiresAt: at(ms) });
    for (const token of [setup('a'), invitation('b', 5), setup('c'), invitation('d', 6)]) {
      await oneTimeTokens.replace(token);
    }
    assert.equal(await oneTimeTokens.findByHash('a'), undefined);
    assert.equal(await oneTimeTokens.findByHash('b'), undefined);
    assert.deepEqual(await oneTimeTokens.findByHash('c'), setup('c'));
    await oneTimeTokens.prune(at(5));
    assert.deepEqual(await oneTimeTokens.findByHash('d'), invitation('d', 6));
    await oneTimeTokens.prune(at(6));
    assert.equal(await oneTimeTokens.findByHash('d'), undefined);
    await oneTimeTokens.remove('c');
    assert.equal(await oneTimeTokens.findByHash('c'), undefined);
  });

  test('passkeys count their uses, and are removed by their person alone', async (context) => {
    const { people, passkeys } = await openWithAccount(context, open);
    await people.insert(personOf(1), undefined);
    await passkeys.insert(passkeyOf(2, 1));
    await passkeys.insert(passkeyOf(1, 1));
    await passkeys.noteUse('passkey-1', 7, at(60));
    const used = { ...passkeyOf(1, 1), counter: 7, lastUsedAt: at(60) };
    assert.deepEqual(await passkeys.list(uidOf(1)), [used, passkeyOf(2, 1)]);
    assert.equal(await passkeys.remove(uidOf(2), 'passkey-1'), false);
    assert.equal(await passkeys.remove(uidOf(1), 'passkey-1'), true);
    assert.deepEqual(await passkeys.list(uidOf(1)), [passkeyOf(2, 1)]);
  });
}
