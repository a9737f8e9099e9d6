import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_LIMITS } from '../contract/limits.ts';
import type { AllocationEnded } from '../contract/relay-notice.ts';
import { ACCOUNT, KEY, TurnScript, UNIX_START } from './test-support/turn-script.ts';

function endOf(script: TurnScript): AllocationEnded {
  const ended = script.server.takeNotices()?.notices.find(({ kind }) => kind === 'allocation-ended');
  assert.ok(ended?.kind === 'allocation-ended');
  return ended;
}

test('an allocation that starts and ends is told, with what it has moved over its whole life', () => {
  const script = new TurnScript();
  script.server.wantNotices(['allocation-started', 'allocation-ended']);
  const alice = script.client('alice', '198.51.100.1:4000', script.credential({ customIdentifier: 'user 1' }));
  alice.mustAllocate();
  const subject = {
    accountId: ACCOUNT,
    keyUid: KEY,
    customIdentifier: 'user 1',
    username: alice.credential.username,
    transport: 'udp',
  };
  assert.deepEqual(script.server.takeNotices(), {
    notices: [{ kind: 'allocation-started', at: UNIX_START, ...subject }],
    dropped: 0,
  });
  const rows = [...script.server.collectUsage(0, 10, script.now).rows];
  script.advance(61.5);
  alice.createPermission('8.8.8.8');
  alice.send('8.8.8.8:53', 'hello');
  alice.refresh(0);
  rows.push(...script.server.collectUsage(0, 10, script.now).rows);
  const sum = (field: 'ingressBytes' | 'ingressPackets' | 'egressBytes' | 'egressPackets') =>
    rows.reduce((total, row) => total + row[field], 0);
  assert.deepEqual(endOf(script), {
    kind: 'allocation-ended',
    at: UNIX_START + 61_500,
    ...subject,
    reason: 'by_client',
    durationMs: 61_500,
    totals: {
      ingressBytes: sum('ingressBytes'),
      ingressPackets: sum('ingressPackets'),
      egressBytes: sum('egressBytes'),
      egressPackets: sum('egressPackets'),
    },
  });
  assert.equal(script.server.takeNotices(), undefined);
});

test('the totals of an allocation begin anew with the next in its place', () => {
  const script = new TurnScript();
  script.server.wantNotices(['allocation-ended']);
  const alice = script.client('alice', '198.51.100.1:4000');
  const ends = [0, 1].map(() => {
    alice.mustAllocate();
    alice.refresh(0);
    return endOf(script).totals;
  });
  assert.equal(ends[0]?.ingressPackets, 2);
  assert.deepEqual(ends[1], ends[0]);
});

test('a reason is that of the counter', () => {
  const script = new TurnScript();
  script.server.wantNotices(['allocation-ended']);
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate();
  script.server.applyChange({ kind: 'key-deleted', keyUid: KEY }, script.now);
  assert.equal(endOf(script).reason, 'key_deleted');
});

/** Each credential may have one allocation. */
function limitedScript(): TurnScript {
  const script = new TurnScript();
  script.server.setDefaultLimits({ ...NO_LIMITS, allocationsPerCredential: 1 }, script.now);
  return script;
}

test('a refusal for a limit’s sake is told, once a second', () => {
  const script = limitedScript();
  script.server.wantNotices(['limit-reached']);
  const credential = script.credential();
  script.client('alice', '198.51.100.1:4000', credential).mustAllocate();
  const again = script.client('alice', '198.51.100.1:4001', credential);
  const told = [0, 0.5, 0.5].map((seconds) => {
    script.advance(seconds);
    again.allocate();
    return script.server.takeNotices()?.notices.map((notice) => notice.kind === 'limit-reached' && notice.limit);
  });
  assert.deepEqual(told, [['limit_reached_credential_quota'], undefined, ['limit_reached_credential_quota']]);
});

test('nothing is told that nobody wants', () => {
  const script = limitedScript();
  const credential = script.credential();
  const alice = script.client('alice', '198.51.100.1:4000', credential);
  alice.mustAllocate();
  script.client('bob', '198.51.100.1:4001', credential).allocate();
  alice.refresh(0);
  assert.equal(script.server.takeNotices(), undefined);
});
