import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { encodeUtf8 } from '../base/bytes.ts';
import { deriveInstallationKeys } from '../contract/credential.ts';
import type { Username } from '../contract/ids.ts';
import { TRANSPORT_UDP } from '../stun/attributes/turn-values.ts';
import { CLASS_REQUEST } from '../stun/message-type.ts';
import type { MessageWriter } from '../stun/message-writer.ts';
import {
  ATTRIBUTE_NONCE,
  ATTRIBUTE_PASSWORD_ALGORITHM,
  ATTRIBUTE_PASSWORD_ALGORITHMS,
  ATTRIBUTE_REALM,
  ATTRIBUTE_USERNAME,
} from '../stun/registry/attributes.ts';
import {
  METHOD_ALLOCATE,
  METHOD_CHANNEL_BIND,
  METHOD_CREATE_PERMISSION,
  METHOD_REFRESH,
} from '../stun/registry/methods.ts';
import { beginChallenged, CHALLENGE, sendAllocate } from './test-support/challenged-script.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { MASTER_SECRET, REALM } from './test-support/script-options.ts';
import { TurnScript } from './test-support/turn-script.ts';

const SUCCESS = 'success relayed=203.0.113.10:50000 lifetime=600 mapped=198.51.100.1:4000';
const ALGORITHMS = { both: [2, 1], reversed: [1, 2], sha256: [2], md5: [1], more: [2, 1, 3] } as const;

function writeName(alice: ScriptClient, writer: MessageWriter, nonce: Uint8Array | undefined = alice.nonce): void {
  writer.addText(ATTRIBUTE_USERNAME, alice.credential.username);
  writer.addText(ATTRIBUTE_REALM, REALM);
  writer.addBytes(ATTRIBUTE_NONCE, nonce as Uint8Array);
}

for (const [name, method] of [
  ['allocate', METHOD_ALLOCATE],
  ['refresh', METHOD_REFRESH],
  ['create-permission', METHOD_CREATE_PERMISSION],
  ['channel-bind', METHOD_CHANNEL_BIND],
] as const) {
  test(`a ${name} request without integrity is asked for it`, () => {
    const script = new TurnScript();
    const alice = script.client('alice', '198.51.100.1:4000');
    const bytes = alice.build(CLASS_REQUEST, method, () => undefined, 'none');
    assert.deepEqual(alice.sendBytes(bytes), [`alice < ${name} ${CHALLENGE}`.replace(' error=', ' error error=')]);
    assert.deepEqual(script.counts(), { rejected_unauthenticated: 1 });
  });
}

test('the challenge is short: at most 104 bytes for a realm of 12', () => {
  const { script } = beginChallenged();
  assert(script.server.forward.length <= 104, `${script.server.forward.length} bytes`);
});

test('a client of RFC 5389 is authenticated and answered as it knows it', () => {
  const { alice } = beginChallenged();
  assert.deepEqual(alice.allocate(), [`alice < allocate ${SUCCESS} sha1`]);
});

for (const style of ['md5', 'sha256'] as const) {
  test(`a client of RFC 8489 may choose ${style}, and is answered with SHA-256`, () => {
    const { alice } = beginChallenged();
    alice.style = style;
    assert.deepEqual(alice.allocate(), [`alice < allocate ${SUCCESS} sha256`]);
    assert.deepEqual(alice.refresh(), ['alice < refresh success lifetime=600 sha256']);
  });
}

test('one allocation may be refreshed in either style', () => {
  const { alice } = beginChallenged();
  alice.mustAllocate();
  alice.style = 'sha256';
  assert.deepEqual(alice.refresh(), ['alice < refresh success lifetime=600 sha256']);
  alice.style = 'rfc5389';
  assert.deepEqual(alice.refresh(), ['alice < refresh success lifetime=600 sha1']);
});

test('without algorithms SHA-256 integrity is verified with the MD5 key, and answered with SHA-1', () => {
  const { alice } = beginChallenged();
  const bytes = alice.build(
    CLASS_REQUEST,
    METHOD_ALLOCATE,
    (writer) => {
      writer.addRequestedTransport(TRANSPORT_UDP);
      writeName(alice, writer);
      writer.addIntegritySha256(nodeHashes, alice.keyOf('md5'));
    },
    'none',
  );
  alice.lastKey = alice.keyOf('md5');
  assert.deepEqual(alice.sendBytes(bytes), [`alice < allocate ${SUCCESS} sha1`]);
});

test('with both integrities that of SHA-256 counts', () => {
  const { script, alice } = beginChallenged();
  const wrong = new Uint8Array(16);
  sendAllocate(alice, (writer) => {
    writeName(alice, writer);
    writer.addIntegrity(nodeHashes, alice.keyOf('md5'));
    writer.addIntegritySha256(nodeHashes, wrong);
  });
  assert.equal(script.count('rejected_wrong_integrity'), 1);
});

test('a truncated SHA-256 integrity is not accepted', () => {
  const { script, alice } = beginChallenged();
  sendAllocate(alice, (writer) => {
    writeName(alice, writer);
    writer.addIntegritySha256(nodeHashes, alice.keyOf('md5'), 16);
  });
  assert.equal(script.count('rejected_wrong_integrity'), 1);
});

for (const [missing, write] of [
  ['a username', (writer: MessageWriter) => writer.addText(ATTRIBUTE_REALM, REALM)],
  ['a realm', (writer: MessageWriter) => writer.addText(ATTRIBUTE_USERNAME, 'alice')],
] as const) {
  test(`integrity without ${missing} is a bad request, and its answer is not signed`, () => {
    const { script, alice } = beginChallenged();
    const lines = sendAllocate(alice, (writer) => {
      write(writer);
      writer.addBytes(ATTRIBUTE_NONCE, alice.nonce as Uint8Array);
      writer.addIntegrity(nodeHashes, alice.keyOf('md5'));
    });
    assert.deepEqual(lines, ['alice < allocate error error=400']);
    assert.equal(script.count('rejected_bad_request'), 1);
  });
}

test('integrity without a nonce is a bad request', () => {
  const { alice } = beginChallenged();
  const lines = sendAllocate(alice, (writer) => {
    writer.addText(ATTRIBUTE_USERNAME, alice.credential.username);
    writer.addText(ATTRIBUTE_REALM, REALM);
    writer.addIntegrity(nodeHashes, alice.keyOf('md5'));
  });
  assert.deepEqual(lines, ['alice < allocate error error=400']);
});

/** What somebody on the way may have made of the offer of algorithms, or of the choice. */
const BID_DOWNS: readonly (readonly [string, (writer: MessageWriter) => void])[] = [
  ['no offer', (writer) => writer.addPasswordAlgorithm(1)],
  ['no choice', (writer) => writer.addPasswordAlgorithms(ALGORITHMS.both)],
  ['an offer of MD5 alone', (writer) => writeAlgorithms(writer, ALGORITHMS.md5, 1)],
  ['an offer of SHA-256 alone', (writer) => writeAlgorithms(writer, ALGORITHMS.sha256, 2)],
  ['an offer in another order', (writer) => writeAlgorithms(writer, ALGORITHMS.reversed, 1)],
  ['an offer with one more', (writer) => writeAlgorithms(writer, ALGORITHMS.more, 2)],
  ['a choice that was not offered', (writer) => writeAlgorithms(writer, ALGORITHMS.both, 3)],
  [
    'a malformed choice',
    (writer) => {
      writer.addPasswordAlgorithms(ALGORITHMS.both);
      writer.addBytes(ATTRIBUTE_PASSWORD_ALGORITHM, Uint8Array.of(0, 2));
    },
  ],
  [
    'a malformed offer',
    (writer) => {
      writer.addBytes(ATTRIBUTE_PASSWORD_ALGORITHMS, Uint8Array.of(0, 2, 0));
      writer.addPasswordAlgorithm(2);
    },
  ],
];

function writeAlgorithms(writer: MessageWriter, offered: readonly number[], chosen: number): void {
  writer.addPasswordAlgorithms(offered);
  writer.addPasswordAlgorithm(chosen);
}

for (const [name, write] of BID_DOWNS) {
  test(`bid-down: ${name} is a bad request although the integrity is right`, () => {
    const { script, alice } = beginChallenged();
    const lines = sendAllocate(alice, (writer) => {
      writeName(alice, writer);
      write(writer);
      writer.addIntegritySha256(nodeHashes, alice.keyOf('md5'));
    });
    assert.deepEqual(lines, ['alice < allocate error error=400']);
    assert.deepEqual(script.count('rejected_password_algorithms'), 1);
  });
}

test('bid-down: a nonce whose bit was taken away is stale', () => {
  const { script, alice } = beginChallenged();
  const nonce = (alice.nonce as Uint8Array).slice();
  nonce.set(encodeUtf8('AAAA'), 9);
  const lines = sendAllocate(alice, (writer) => {
    writeName(alice, writer, nonce);
    writer.addIntegrity(nodeHashes, alice.keyOf('md5'));
  });
  assert.deepEqual(lines, ['alice < allocate error error=438 realm=turn.example nonce algorithms=2,1']);
  assert.equal(script.count('rejected_stale_nonce'), 1);
});

test('a request that was made with another realm is not ours', () => {
  const { script, alice } = beginChallenged();
  const lines = sendAllocate(alice, (writer) => {
    writer.addText(ATTRIBUTE_USERNAME, alice.credential.username);
    writer.addText(ATTRIBUTE_REALM, 'elsewhere');
    writer.addBytes(ATTRIBUTE_NONCE, alice.nonce as Uint8Array);
    writer.addIntegrity(nodeHashes, alice.keyOf('md5', 'elsewhere'));
  });
  assert.deepEqual(lines, [`alice < allocate error ${CHALLENGE}`]);
  assert.equal(script.count('rejected_wrong_integrity'), 1);
});

test('a stale nonce is replaced by a fresh one, with which the client goes on', () => {
  const { script, alice } = beginChallenged();
  alice.mustAllocate({ lifetime: 3_600 });
  script.advance(3_599);
  assert.deepEqual(alice.refresh(3_600), ['alice < refresh success lifetime=3600 sha1']);
  script.advance(60);
  assert.deepEqual(alice.refresh(), ['alice < refresh error error=438 realm=turn.example nonce algorithms=2,1']);
  assert.deepEqual(alice.refresh(), ['alice < refresh success lifetime=600 sha1']);
  assert.equal(script.count('rejected_stale_nonce'), 1);
});

test("a nonce is of no use at another client's address", () => {
  const { script, alice } = beginChallenged();
  const mallory = script.client('mallory', '198.51.100.66:4000', alice.credential);
  mallory.nonce = alice.nonce;
  assert.deepEqual(mallory.allocate(), ['mallory < allocate error error=438 realm=turn.example nonce algorithms=2,1']);
});

test('whoever is unknown is told so, not that the nonce is stale', () => {
  const { alice } = beginChallenged();
  alice.nonce = encodeUtf8('an old nonce');
  alice.credential = { ...alice.credential, username: 'alice' as Username };
  assert.deepEqual(alice.allocate(), [`alice < allocate error ${CHALLENGE}`]);
});

test('credentials of the previous master secret are good while that is configured', () => {
  const previous = new Uint8Array(32).fill(8);
  const script = new TurnScript({ masterSecrets: [MASTER_SECRET, previous] });
  const old = script.credential({ keys: deriveInstallationKeys(nodeHashes, previous) });
  const alice = script.client('alice', '198.51.100.1:4000', old);
  assert.deepEqual(alice.allocate(), [`alice < allocate ${SUCCESS} sha1`]);
});

test('another credential on the same allocation is refused, be it as good as the first', () => {
  const { script, alice } = beginChallenged();
  alice.mustAllocate();
  alice.credential = script.credential();
  assert.deepEqual(alice.refresh(), ['alice < refresh error error=441 sha1']);
  assert.deepEqual(alice.createPermission('8.8.8.8'), ['alice < create-permission error error=441 sha1']);
  assert.equal(script.count('rejected_wrong_credentials'), 2);
  assert.equal(script.server.allocationCount, 1);
});

test('on an allocation, too, the integrity must be right', () => {
  const { script, alice } = beginChallenged();
  alice.mustAllocate();
  alice.credential = { ...alice.credential, password: 'wrong' };
  assert.deepEqual(alice.refresh(0), [`alice < refresh error ${CHALLENGE}`]);
  assert.equal(script.server.allocationCount, 1);
});
