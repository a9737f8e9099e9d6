import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import type { UnixMs } from '../base/clock.ts';
import type { Hashes } from '../base/hash.ts';
import type { Change } from '../contract/change.ts';
import type { KeyUid, Username } from '../contract/ids.ts';
import { NO_LIMITS } from '../contract/limits.ts';
import type { CounterName } from './counter.ts';
import { CHALLENGE } from './test-support/challenged-script.ts';
import { countCalls } from './test-support/count-calls.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { MASTER_SECRET, type ScriptOptions } from './test-support/script-options.ts';
import { OTHER_SECRET, restCredential, SECRET, secretIdOf, sharedSecret } from './test-support/shared-secret-script.ts';
import { ACCOUNT, KEY, OTHER_KEY, TurnScript, UNIX_START } from './test-support/turn-script.ts';

const HOUR_SECONDS = 3_600;
const NOW_SECONDS = UNIX_START / 1000;
const ALICE = `${NOW_SECONDS + HOUR_SECONDS}:alice`;
const LONGEST_SECONDS = 172_800;
const REMOVED: Change = { kind: 'shared-secret-removed', keyUid: KEY, secretId: secretIdOf(1) };
const ACCEPTED = /^alice < allocate success/;
const REFUSED = [`alice < allocate error ${CHALLENGE}`];

/** A script with shared secrets and two live keys; without more said, one secret of `KEY`. */
function begin(changes: readonly Change[] = [sharedSecret(1, SECRET)], options: ScriptOptions = {}, hashes?: Hashes) {
  const script = new TurnScript(options, hashes);
  apply(script, { kind: 'key-live', keyUid: OTHER_KEY, accountId: ACCOUNT }, ...changes);
  return script;
}

function apply(script: TurnScript, ...changes: readonly Change[]): string[] {
  return changes.flatMap((change) => script.act((server, now) => server.applyChange(change, now)));
}

function clientOf(script: TurnScript, username: string, secret = SECRET, keyUid = KEY): ScriptClient {
  return script.client('alice', '198.51.100.1:4000', restCredential(secret, username, keyUid));
}

function usageOf(script: TurnScript) {
  const { rows } = script.server.collectUsage(0, 100, script.now);
  return rows.map(({ keyUid, customIdentifier, username }) => ({ keyUid, customIdentifier, username }));
}

function revoke(username: string, keyUid: KeyUid = KEY): Change {
  const expiresAt = (1000 * (NOW_SECONDS + HOUR_SECONDS)) as UnixMs;
  return { kind: 'username-revoked', keyUid, username: username as Username, expiresAt };
}

for (const style of ['rfc5389', 'md5', 'sha256'] as const) {
  test(`a credential made with a shared secret is accepted, ${style}, and its usage is the user's`, () => {
    const script = begin();
    const alice = clientOf(script, ALICE);
    alice.style = style;
    assert.match(alice.allocate().join(), ACCEPTED);
    assert.match(alice.refresh().join(), /refresh success/);
    assert.deepEqual(usageOf(script), [{ keyUid: KEY, customIdentifier: 'alice', username: ALICE }]);
  });
}

const EXPIRY = NOW_SECONDS + HOUR_SECONDS;
const NAMES: readonly (readonly [what: string, username: string, customIdentifier: string])[] = [
  ['no user', `${EXPIRY}`, ''],
  ['an empty user', `${EXPIRY}:`, ''],
  ['a user with colons', `${EXPIRY}:@alice:example.org`, '@alice:example.org'],
  ['a user of other letters', `${EXPIRY}:Ælfgifu 😀`, 'Ælfgifu 😀'],
  ['a user of 64 bytes', `${EXPIRY}:${'x'.repeat(64)}`, 'x'.repeat(64)],
  ['a user of 65 bytes', `${EXPIRY}:${'x'.repeat(65)}`, `${'x'.repeat(47)}~9537c5fdf120482f`],
  ['the longest lifetime', `${NOW_SECONDS + LONGEST_SECONDS}:alice`, 'alice'],
];
for (const [what, username, customIdentifier] of NAMES) {
  test(`a username with ${what} is accepted`, () => {
    const script = begin();
    assert.match(clientOf(script, username).allocate().join(), ACCEPTED);
    assert.deepEqual(usageOf(script), [{ keyUid: KEY, customIdentifier, username }]);
  });
}

const REFUSALS: readonly (readonly [what: string, counter: CounterName, username: string, secret: string])[] = [
  ['another secret', 'rejected_wrong_integrity', ALICE, 'a secret that nobody shares'],
  ['an expiry that is now', 'rejected_credential_expired', `${NOW_SECONDS}:alice`, SECRET],
  ['an expiry long ago', 'rejected_credential_expired', '0:alice', SECRET],
  ['a longer lifetime', 'rejected_credential_lifetime', `${NOW_SECONDS + LONGEST_SECONDS + 1}:alice`, SECRET],
  ['the latest expiry there is', 'rejected_credential_lifetime', '9999999999:alice', SECRET],
  ['an expiry in milliseconds', 'rejected_unknown_user', `${UNIX_START}:alice`, SECRET],
  ['an enormous number', 'rejected_unknown_user', `${'9'.repeat(100)}:alice`, SECRET],
  ['the user first', 'rejected_unknown_user', `alice:${EXPIRY}`, SECRET],
  ['U+0000', 'rejected_unknown_user', `${EXPIRY}:al\0ice`, SECRET],
];
for (const [what, counter, username, secret] of REFUSALS) {
  test(`a username with ${what} is unauthenticated, and cannot tell why`, () => {
    const script = begin();
    assert.deepEqual(clientOf(script, username, secret).allocate(), REFUSED);
    assert.deepEqual(script.counts(), { rejected_unauthenticated: 1, [counter]: 1 });
  });
}

test('a credential that lives too long is good later, unless it was revoked in the meantime', () => {
  const username = `${NOW_SECONDS + LONGEST_SECONDS + 60}:alice`;
  const script = begin();
  const alice = clientOf(script, username);
  assert.deepEqual(alice.allocate(), REFUSED);
  script.advance(60);
  assert.match(alice.allocate().join(), ACCEPTED);

  const other = begin();
  const expiresAt = (1000 * (NOW_SECONDS + LONGEST_SECONDS + 60)) as UnixMs;
  apply(other, { kind: 'username-revoked', keyUid: KEY, username: username as Username, expiresAt });
  other.advance(60);
  assert.deepEqual(clientOf(other, username).allocate(), REFUSED);
  assert.equal(other.count('rejected_credential_revoked'), 1);
});

test('without a shared secret a username of the draft is one of nobody', () => {
  const script = begin([]);
  assert.deepEqual(clientOf(script, ALICE).allocate(), REFUSED);
  assert.equal(script.count('rejected_unknown_user'), 1);
});

test('of several secrets any is good, whosever it is, and usage is its key’s', () => {
  const changes = [sharedSecret(1, SECRET), sharedSecret(2, OTHER_SECRET), sharedSecret(3, 'a third one', OTHER_KEY)];
  for (const [secret, keyUid] of [
    [SECRET, KEY],
    [OTHER_SECRET, KEY],
    ['a third one', OTHER_KEY],
  ] as const) {
    const script = begin(changes);
    assert.match(clientOf(script, ALICE, secret, keyUid).allocate().join(), ACCEPTED);
    assert.deepEqual(
      usageOf(script).map((row) => row.keyUid),
      [keyUid],
    );
  }
});

test('an allocation closes when its credential expires', () => {
  const script = begin();
  const alice = clientOf(script, `${NOW_SECONDS + 60}:alice`);
  alice.mustAllocate();
  assert.deepEqual(script.advance(59), []);
  assert.deepEqual(script.advance(1), ['close 0']);
  assert.equal(script.count('allocations_ended_credential_expired'), 1);
  assert.deepEqual(alice.allocate(), REFUSED);
});

test('a revoked username loses its allocation and fails; other usernames of the secret do not', () => {
  const script = begin();
  const alice = clientOf(script, ALICE);
  const bob = script.client('bob', '198.51.100.2:4000', restCredential(SECRET, `${EXPIRY}:bob`));
  alice.mustAllocate();
  bob.mustAllocate();
  assert.deepEqual(apply(script, revoke(ALICE)), ['close 0']);
  assert.deepEqual(alice.allocate(), REFUSED);
  assert.equal(script.count('rejected_credential_revoked'), 1);
  assert.match(bob.refresh().join(), /success/);
});

test('the same username of another key is another credential: to revocations, quota and usage', () => {
  const changes = [sharedSecret(1, SECRET), sharedSecret(2, OTHER_SECRET, OTHER_KEY)];
  const script = begin(changes);
  script.server.setDefaultLimits({ ...NO_LIMITS, allocationsPerCredential: 1 }, script.now);
  const alice = clientOf(script, ALICE);
  const twin = script.client('twin', '198.51.100.2:4000', restCredential(OTHER_SECRET, ALICE, OTHER_KEY));
  alice.mustAllocate();
  twin.mustAllocate();
  assert.deepEqual(
    usageOf(script).map((row) => row.keyUid),
    [KEY, OTHER_KEY],
  );
  assert.deepEqual(apply(script, revoke(ALICE, KEY)), ['close 0']);
  assert.match(twin.refresh().join(), /success/);
  assert.deepEqual(alice.allocate(), REFUSED);
});

test('a revocation of many takes in what may have been issued before its moment, and leaves what was not', () => {
  const script = begin();
  const alice = clientOf(script, ALICE);
  alice.mustAllocate();
  const revokeBefore = (issuedBefore: number, customIdentifier: string | null): Change => ({
    kind: 'credentials-revoked',
    keyUid: KEY,
    customIdentifier,
    issuedBefore: issuedBefore as UnixMs,
    expiresAt: (issuedBefore + 1000 * (LONGEST_SECONDS + 1)) as UnixMs,
  });
  const earliest = 1000 * (EXPIRY - LONGEST_SECONDS);
  assert.deepEqual(apply(script, revokeBefore(earliest, null)), []);
  assert.deepEqual(apply(script, revokeBefore(earliest + 1, 'bob')), []);
  assert.deepEqual(apply(script, revokeBefore(earliest + 1, 'alice')), ['close 0']);
  assert.deepEqual(alice.allocate(), REFUSED);
  assert.equal(script.count('rejected_credential_revoked'), 1);
});

test('a removed secret ends what was made with it at once, and nothing else', () => {
  const script = begin([sharedSecret(1, SECRET), sharedSecret(2, OTHER_SECRET)]);
  const alice = clientOf(script, ALICE);
  const bob = script.client('bob', '198.51.100.2:4000', restCredential(OTHER_SECRET, `${EXPIRY}:bob`), 'tcp');
  const carol = script.client('carol', '198.51.100.3:4000');
  for (const client of [alice, bob, carol]) {
    client.mustAllocate();
  }
  assert.deepEqual(apply(script, REMOVED), ['close 0']);
  assert.deepEqual(apply(script, REMOVED), []);
  assert.deepEqual(alice.allocate(), REFUSED);
  assert.equal(script.count('allocations_ended_secret_removed'), 1);
  assert.equal(script.count('rejected_wrong_integrity'), 1);
  assert.match(bob.refresh().join(), /success/);
  assert.match(carol.refresh().join(), /success/);
});

test('a deleted key takes its secrets along, also when it lives again', () => {
  const script = begin();
  const alice = clientOf(script, ALICE);
  alice.mustAllocate();
  assert.deepEqual(apply(script, { kind: 'key-deleted', keyUid: KEY }), ['close 0']);
  apply(script, { kind: 'key-live', keyUid: KEY, accountId: ACCOUNT });
  assert.deepEqual(alice.allocate(), REFUSED);
});

test('a secret is rotated without a gap: who was here a moment ago, under the same username, may come with the new one', () => {
  const script = begin([sharedSecret(1, SECRET), sharedSecret(2, OTHER_SECRET)]);
  const alice = clientOf(script, ALICE);
  alice.mustAllocate();
  alice.refresh(0);
  alice.credential = restCredential(OTHER_SECRET, ALICE);
  alice.mustAllocate();
  alice.refresh(0);
  alice.credential = restCredential(SECRET, ALICE);
  alice.mustAllocate();
  alice.refresh(0);
  apply(script, REMOVED);
  assert.deepEqual(alice.allocate(), REFUSED);
  alice.credential = restCredential(OTHER_SECRET, ALICE);
  alice.mustAllocate();
});

test('a secret that the previous master secret sealed is good while that is configured', () => {
  const previous = new Uint8Array(32).fill(8);
  const changes = [sharedSecret(1, SECRET, KEY, previous)];
  const script = begin(changes, { masterSecrets: [MASTER_SECRET, previous] });
  assert.match(clientOf(script, ALICE).allocate().join(), ACCEPTED);
  assert.deepEqual(clientOf(begin(changes), ALICE).allocate(), REFUSED);
});

/** What an Allocate request of a client costs in hashing, in no order: with two secrets, before or after it was here. */
function hashingOf(isRemembered: boolean, username: string, become: (script: TurnScript, alice: ScriptClient) => void) {
  const counted = countCalls(nodeHashes);
  const script = begin([sharedSecret(1, SECRET), sharedSecret(2, OTHER_SECRET)], {}, counted.hashes);
  const alice = clientOf(script, username);
  if (isRemembered) {
    alice.mustAllocate();
    alice.refresh(0);
  } else {
    alice.challenge();
  }
  become(script, alice);
  counted.calls.length = 0;
  assert.deepEqual(alice.allocate(), REFUSED);
  // A revoked username is looked up where any is.
  return counted.calls.filter((call) => !call.startsWith('sha256')).toSorted();
}

test('a wrong password, a revoked username and one of nobody cost the same hashing, remembered or not', () => {
  const setPassword = (alice: ScriptClient, password: string) => {
    alice.credential = { ...alice.credential, password };
  };
  const expected = hashingOf(false, ALICE, (_, alice) => setPassword(alice, 'wrong'));
  assert.equal(expected.filter((call) => call.startsWith('md5')).length, 2, 'each secret is tried');
  for (const isRemembered of [false, true]) {
    const wrong = hashingOf(isRemembered, ALICE, (_, alice) => setPassword(alice, 'wrong'));
    const revoked = hashingOf(isRemembered, ALICE, (script) => apply(script, revoke(ALICE)));
    assert.deepEqual([wrong, revoked], [expected, expected], `remembered: ${isRemembered}`);
  }
});

test('who has not shown the address has no secret tried', () => {
  const { hashes, calls } = countCalls(nodeHashes);
  const script = begin([sharedSecret(1, SECRET)], {}, hashes);
  const alice = clientOf(script, ALICE);
  alice.challenge();
  // The nonce is of another port.
  const mallory = script.client('mallory', '198.51.100.1:4001', restCredential('wrong', ALICE));
  mallory.nonce = alice.nonce;
  calls.length = 0;
  assert.match(mallory.allocate().join(), /^mallory < allocate error error=438 /);
  assert.deepEqual(
    calls.filter((call) => /hmacSha1|md5/.test(call)),
    [],
  );
});
