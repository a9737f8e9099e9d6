import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonOf } from '../stun/registry/error-codes.ts';
import { COUNTER_NAMES, INPUT_OUTCOMES } from './counter.ts';
import type { PeerDenial } from './peer-policy.ts';
import { QUOTA_SCOPES } from './quota-keys.ts';
import { REJECT, rejectPeer, rejectQuota } from './rejection.ts';

const REJECTIONS = [...Object.values(REJECT), ...QUOTA_SCOPES.map(rejectQuota)];

const DENIALS: readonly PeerDenial[] = [
  'unspecified',
  'loopback',
  'private',
  'shared',
  'link-local',
  'unique-local',
  'multicast',
  'reserved',
  'broadcast',
  'documentation',
  'benchmarking',
  'own-listener',
  'own-host',
  'deny-list',
];

test('every rejection has a code that the registry knows, and a counter of its own', () => {
  const all = [...REJECTIONS, ...DENIALS.map(rejectPeer)];
  for (const { code } of all) {
    assert.notEqual(reasonOf(code), '');
  }
  assert.equal(new Set(all.map(({ counter }) => counter)).size, all.length);
});

test('every counter of rejected requests has its rejection', () => {
  const counted = new Set(REJECTIONS.map(({ counter }) => COUNTER_NAMES[counter]));
  assert.deepEqual(
    INPUT_OUTCOMES.filter((name) => name.startsWith('rejected_') && !counted.has(name)),
    [],
  );
});

test('every denial of a peer is forbidden, and counted by its name', () => {
  for (const denial of DENIALS) {
    const { code, counter } = rejectPeer(denial);
    assert.equal(code, 403);
    assert.equal(COUNTER_NAMES[counter], `denied_peer_${denial.replaceAll('-', '_')}`);
  }
  const denied = INPUT_OUTCOMES.filter((name) => name.startsWith('denied_peer_'));
  assert.equal(denied.length, DENIALS.length);
});
