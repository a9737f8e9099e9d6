import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import type { Change } from '../contract/change.ts';
import type { LocalQuota } from './quota.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { ACCOUNT, type CredentialInput, KEY, OTHER_KEY, TurnScript } from './test-support/turn-script.ts';

interface Scene {
  readonly script: TurnScript;
  readonly alice: ScriptClient;
  readonly bob: ScriptClient;
}

/** Alice over UDP and Bob over TCP, each with an allocation and a credential of their own. */
function begin(alice: CredentialInput = {}, bob: CredentialInput = {}): Scene {
  const script = new TurnScript();
  script.server.applyChange({ kind: 'key-live', keyUid: OTHER_KEY, accountId: ACCOUNT }, script.now);
  const scene = {
    script,
    alice: script.client('alice', '198.51.100.1:4000', script.credential(alice)),
    bob: script.client('bob', '198.51.100.2:4000', script.credential(bob), 'tcp'),
  };
  scene.alice.mustAllocate();
  scene.bob.mustAllocate();
  return scene;
}

function apply(script: TurnScript, change: Change): string[] {
  return script.act((server, now) => server.applyChange(change, now));
}

function revoke(script: TurnScript, client: ScriptClient): Change {
  const { username, keyUid } = client.credential;
  return { kind: 'username-revoked', keyUid, username, expiresAt: (script.unixNow + 86_400_000) as UnixMs };
}

function revokeAll(script: TurnScript, customIdentifier: string | null, issuedBefore: number): Change {
  const expiresAt = (script.unixNow + 86_400_000) as UnixMs;
  return {
    kind: 'credentials-revoked',
    keyUid: KEY,
    customIdentifier,
    issuedBefore: issuedBefore as UnixMs,
    expiresAt,
  };
}

test('a revoked username loses its allocation at once, and no other does', () => {
  const { script, alice, bob } = begin();
  alice.channelBind(0x4000, '8.8.8.8:53');
  assert.deepEqual(apply(script, revoke(script, alice)), ['close 0']);
  assert.deepEqual(alice.sendChannelData(0x4000, 'x'), []);
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', 'x'), []);
  assert.match(alice.refresh().join(), /error=401/);
  assert.deepEqual(bob.refresh(), ['bob < refresh success lifetime=600 sha1']);
  assert.equal(script.count('allocations_ended_credential_revoked'), 1);
  assert.equal((script.options.quota as LocalQuota).size, 4, "bob's credential, key, account and address");
});

test('its connection ends too', () => {
  const { script, bob } = begin();
  assert.deepEqual(apply(script, revoke(script, bob)), ['close 1', `disconnect ${bob.socket}`]);
});

test('all allocations of a username end', () => {
  const { script, alice } = begin();
  const [second, third] = [3, 4].map((n) => script.client(`c${n}`, `198.51.100.${n}:4000`, alice.credential));
  second?.mustAllocate();
  third?.mustAllocate({ dual: true });
  assert.deepEqual(apply(script, revoke(script, alice)), ['close 0', 'close 2', 'close 3', 'close 4']);
});

test('the change may come again, and before any allocation', () => {
  const { script, alice } = begin();
  apply(script, revoke(script, alice));
  assert.deepEqual(apply(script, revoke(script, alice)), []);
  assert.match(alice.allocate().join(), /error=401/);
});

test('a pending allocation ends as well', () => {
  const script = new TurnScript();
  script.opensAtOnce = false;
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.allocate();
  assert.deepEqual(apply(script, revoke(script, alice)), ['close 0']);
  assert.equal(script.count('drop_allocate_abandoned'), 1);
  assert.equal(script.count('allocations_ended_credential_revoked'), 0);
});

test('a deleted key takes all its credentials along, and no others', () => {
  const { script, alice, bob } = begin({}, { keyUid: OTHER_KEY });
  assert.deepEqual(apply(script, { kind: 'key-deleted', keyUid: KEY }), ['close 0']);
  assert.match(alice.allocate().join(), /error=401/);
  assert.deepEqual(bob.refresh(), ['bob < refresh success lifetime=600 sha1']);
  assert.equal(script.count('allocations_ended_key_deleted'), 1);
  assert.equal(script.count('rejected_key_deleted'), 1);
});

test('everything issued before a moment ends', () => {
  const { script, alice, bob } = begin({}, { issuedAt: 1_699_999_999_000 });
  assert.deepEqual(apply(script, revokeAll(script, null, script.unixNow)), ['close 1', `disconnect ${bob.socket}`]);
  assert.deepEqual(alice.refresh(), ['alice < refresh success lifetime=600 sha1']);
  script.advance(1);
  assert.deepEqual(apply(script, revokeAll(script, null, script.unixNow)), ['close 0']);
  const carol = script.client('carol', '198.51.100.3:4000', script.credential({ issuedAt: script.unixNow }));
  carol.mustAllocate();
});

test('or what one custom identifier has of it', () => {
  const { script, alice, bob } = begin({ customIdentifier: 'user 1' }, { customIdentifier: 'user 2' });
  script.advance(1);
  assert.deepEqual(apply(script, revokeAll(script, 'user 1', script.unixNow)), ['close 0']);
  assert.match(alice.allocate().join(), /error=401/);
  assert.deepEqual(bob.refresh(), ['bob < refresh success lifetime=600 sha1']);
});

test('other keys are not concerned', () => {
  const { script, alice } = begin({ keyUid: OTHER_KEY });
  script.advance(1);
  apply(script, revokeAll(script, null, script.unixNow));
  assert.deepEqual(alice.refresh(), ['alice < refresh success lifetime=600 sha1']);
});

test('a key that lives again has good credentials again', () => {
  const { script, alice } = begin();
  apply(script, { kind: 'key-deleted', keyUid: KEY });
  apply(script, { kind: 'key-live', keyUid: KEY, accountId: ACCOUNT });
  alice.mustAllocate();
});

test('a revocation is forgotten when the credential has expired, which it then is anyway', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000', script.credential({ lifetimeSeconds: 60 }));
  const change = { ...revoke(script, alice), expiresAt: (script.unixNow + 60_000) as UnixMs } as Change;
  apply(script, change);
  assert.equal(script.server.nextTimeout(), script.now + 60_000);
  script.advance(60);
  assert.equal(script.server.nextTimeout(), Number.POSITIVE_INFINITY);
  assert.match(alice.allocate().join(), /error=401/);
  assert.equal(script.count('rejected_credential_expired'), 1);
});

test('an allocation of a revoked credential can be made anew with another', () => {
  const { script, alice } = begin();
  apply(script, revoke(script, alice));
  alice.credential = script.credential();
  alice.mustAllocate();
});

test('who has sent as much as it may is cut off at once, told 403, and lifted when the month is over', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000', undefined, 'tcp');
  const bob = script.client('bob', '198.51.100.2:4000');
  const month = { until: (script.unixNow + 10_000) as UnixMs };
  const holder = { kind: 'key', keyUid: KEY } as const;
  alice.mustAllocate();
  bob.challenge();
  script.opensAtOnce = false;
  bob.allocate();
  assert.deepEqual(apply(script, { kind: 'egress-blocked', holder, ...month }), [
    'close 0',
    `disconnect ${alice.socket}`,
    'close 1',
  ]);
  assert.equal(script.count('allocations_ended_egress_limit'), 1);
  assert.equal(script.server.allocationCount, 0);
  assert.deepEqual(bob.refresh(600), ['bob < refresh error error=403 sha1']);
  assert.deepEqual(bob.allocate(), ['bob < allocate error error=403 sha1']);
  assert.equal(script.count('rejected_egress_limit'), 2);
  script.opensAtOnce = true;
  script.advance(10);
  bob.mustAllocate();
});

test('an account is cut off with all its keys, and lifted when it may send more', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  const holder = { kind: 'account', accountId: ACCOUNT } as const;
  const until = (script.unixNow + 10_000) as UnixMs;
  alice.mustAllocate();
  assert.deepEqual(apply(script, { kind: 'egress-blocked', holder, until }), ['close 0']);
  assert.deepEqual(alice.allocate(), ['alice < allocate error error=403 sha1']);
  apply(script, { kind: 'egress-blocked', holder, until: 0 as UnixMs });
  alice.mustAllocate();
});
