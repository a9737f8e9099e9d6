import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { encodeUtf8 } from '../base/bytes.ts';
import { deriveInstallationKeys } from '../contract/credential.ts';
import type { Username } from '../contract/ids.ts';
import {
  ATTRIBUTE_NONCE,
  ATTRIBUTE_REALM,
  ATTRIBUTE_USERHASH,
  ATTRIBUTE_USERNAME,
} from '../stun/registry/attributes.ts';
import { beginChallenged, CHALLENGE, sendAllocate } from './test-support/challenged-script.ts';
import { countCalls } from './test-support/count-calls.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { MASTER_SECRET, REALM, type ScriptOptions } from './test-support/script-options.ts';
import { KEY, OTHER_KEY, TurnScript } from './test-support/turn-script.ts';

/** Who is refused, and under which counter; the answer is the same for all. */
const STRANGERS: readonly (readonly [string, string, (script: TurnScript, alice: ScriptClient) => void])[] = [
  ['a name that is no username of ours', 'rejected_unknown_user', (_, alice) => rename(alice, 'alice')],
  ['an empty name', 'rejected_unknown_user', (_, alice) => rename(alice, '')],
  ['a name of 96 other digits', 'rejected_unknown_user', (_, alice) => rename(alice, 'ab'.repeat(48))],
  [
    'a name in upper case',
    'rejected_unknown_user',
    (_, alice) => rename(alice, alice.credential.username.toUpperCase()),
  ],
  [
    'a name with one digit changed',
    'rejected_unknown_user',
    (_, alice) =>
      rename(
        alice,
        alice.credential.username.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
      ),
  ],
  [
    'a wrong password',
    'rejected_wrong_integrity',
    (_, alice) => {
      alice.credential = { ...alice.credential, password: 'wrong' };
    },
  ],
  [
    "another installation's username",
    'rejected_unknown_user',
    (script, alice) => {
      alice.credential = script.credential({ keys: deriveInstallationKeys(nodeHashes, new Uint8Array(32).fill(8)) });
    },
  ],
  [
    'a username of a key that is not live',
    'rejected_key_deleted',
    (script, alice) => {
      alice.credential = script.credential({ keyUid: OTHER_KEY });
    },
  ],
  [
    'an expired credential',
    'rejected_credential_expired',
    (script, alice) => {
      alice.credential = script.credential({ issuedAt: script.unixNow - 60_000, lifetimeSeconds: 60 });
    },
  ],
  [
    'a revoked credential',
    'rejected_credential_revoked',
    (script, alice) => {
      const { username } = alice.credential;
      script.server.applyChange(
        { kind: 'username-revoked', keyUid: KEY, username, expiresAt: (script.unixNow + 1e6) as never },
        script.now,
      );
    },
  ],
];

function rename(alice: ScriptClient, username: string): void {
  alice.credential = { ...alice.credential, username: username as Username };
}

for (const [name, counter, become] of STRANGERS) {
  test(`${name} is unauthenticated, and cannot tell why`, () => {
    for (const style of ['rfc5389', 'sha256'] as const) {
      const { script, alice } = beginChallenged();
      become(script, alice);
      alice.style = style;
      assert.deepEqual(alice.allocate(), [`alice < allocate error ${CHALLENGE}`]);
      assert.deepEqual(script.counts(), { rejected_unauthenticated: 1, [counter]: 1 });
    }
  });
}

test('a username that is no text is an unknown user', () => {
  const { script, alice } = beginChallenged();
  const lines = sendAllocate(alice, (writer) => {
    writer.addBytes(ATTRIBUTE_USERNAME, Uint8Array.of(0xff, 0xfe));
    writer.addText(ATTRIBUTE_REALM, REALM);
    writer.addBytes(ATTRIBUTE_NONCE, alice.nonce as Uint8Array);
    writer.addIntegrity(nodeHashes, alice.keyOf('md5'));
  });
  assert.deepEqual(lines, [`alice < allocate error ${CHALLENGE}`]);
  assert.equal(script.count('rejected_unknown_user'), 1);
});

test('a USERHASH is understood, and answered like an unknown user', () => {
  const { script, alice } = beginChallenged();
  const lines = sendAllocate(alice, (writer) => {
    writer.addBytes(ATTRIBUTE_USERHASH, nodeHashes.sha256(encodeUtf8(`${alice.credential.username}:${REALM}`)));
    writer.addText(ATTRIBUTE_REALM, REALM);
    writer.addBytes(ATTRIBUTE_NONCE, alice.nonce as Uint8Array);
    writer.addIntegrity(nodeHashes, alice.keyOf('md5'));
  });
  assert.deepEqual(lines, [`alice < allocate error ${CHALLENGE}`]);
  assert.equal(script.count('rejected_unknown_user'), 1);
});

test('unknown users, wrong passwords and revoked credentials cost the same hashing', () => {
  const expected = hashingOf({}, (_, alice) => rename(alice, 'alice'));
  for (const [name, , become] of STRANGERS.filter(([other]) => !other.includes('expired'))) {
    assert.deepEqual(hashingOf({}, become).map(nameOf), expected.map(nameOf), name);
  }
});

test('a forged username costs the same hashing as a genuine one of its length, whichever secret sealed that', () => {
  const masterSecrets = [MASTER_SECRET, new Uint8Array(32).fill(8)];
  const sealedUnder = (secret: Uint8Array, forge: (username: string) => string): string[] =>
    hashingOf({ masterSecrets }, (script, alice) => {
      const keys = deriveInstallationKeys(nodeHashes, secret);
      const { username } = script.credential({ keys, customIdentifier: 'x'.repeat(64) });
      rename(alice, forge(username));
    });
  const [current, previous] = masterSecrets.map((secret) => sealedUnder(secret, (username) => username));
  const forged = sealedUnder(MASTER_SECRET, (username) => [...username].reverse().join(''));
  assert.deepEqual(current, forged);
  assert.deepEqual(previous, forged);
});

test('who was authenticated a moment ago is refused after the same hashing as a stranger', () => {
  const styles = ['rfc5389', 'sha256'] as const;
  for (const [before, style] of styles.flatMap((each) => styles.map((other) => [each, other] as const))) {
    const expected = hashingOf({}, (_, alice) => {
      rename(alice, 'alice');
      alice.style = style;
    }).map(nameOf);
    for (const [name, , become] of STRANGERS) {
      const hashing = hashingOf({}, (script, alice) => {
        alice.style = before;
        alice.mustAllocate();
        alice.refresh(0);
        alice.style = style;
        become(script, alice);
      });
      // In another order: what remembering has saved comes at the end.
      assert.deepEqual(hashing.map(nameOf).sort(), expected.toSorted(), `${name}, ${before} before ${style}`);
    }
  }
});

test('who was authenticated a moment ago has no key derived again', () => {
  const hashing = hashingOf(
    {},
    (_, alice) => {
      alice.mustAllocate();
      alice.refresh(0);
    },
    1,
  );
  // The integrity of the request, its nonce, and the integrity of the answer.
  assert.deepEqual(hashing.map(nameOf), ['hmacSha1', 'hmacSha256', 'hmacSha1']);
});

/** The hashing for an Allocate request of a client that `become` has changed: what, and of how many bytes. */
function hashingOf(
  options: ScriptOptions,
  become: (script: TurnScript, alice: ScriptClient) => void,
  allocations: 0 | 1 = 0,
): string[] {
  const counted = countCalls(nodeHashes);
  const script = new TurnScript(options, counted.hashes);
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.challenge();
  become(script, alice);
  counted.calls.length = 0;
  alice.allocate();
  assert.equal(script.server.allocationCount, allocations);
  // A revoked username is looked up where any is.
  return counted.calls.filter((call) => nameOf(call) !== 'sha256');
}

function nameOf(call: string): string {
  return call.split(' ', 1).join();
}
