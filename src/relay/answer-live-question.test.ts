import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant, UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid, Username } from '../contract/ids.ts';
import type { AllocationDetail } from '../contract/live-allocation.ts';
import { answerLiveQuestion, type LiveServer, listTransfers } from './answer-live-question.ts';

const OWN = '0123456789ab';
const NOW = 5 as Instant;
const accountId = 'default' as AccountId;
const ref = { number: 1, serial: 2 };
const slice = { rows: new Float64Array(10), records: [], next: 3, revision: 4 };
const detail: AllocationDetail = {
  record: {
    username: 'u' as Username,
    keyUid: 'k' as KeyUid,
    customIdentifier: '',
    transport: 'udp',
    clientAddress: '198.51.100.1:1',
    relayAddresses: [],
    peers: [],
    peerCount: 0,
    startedAt: 0 as UnixMs,
    expiresAt: 0 as UnixMs,
    credentialExpiresAt: 0 as UnixMs,
  },
  traffic: {
    ingressBytes: 0,
    ingressPackets: 0,
    egressBytes: 0,
    egressPackets: 0,
    ingressBitsPerSecond: 0,
    ingressPacketsPerSecond: 0,
    egressBitsPerSecond: 0,
    egressPacketsPerSecond: 0,
  },
  relays: [],
  permissions: [],
  channels: [],
};

function serve(): { server: LiveServer; asked: unknown[] } {
  const asked: unknown[] = [];
  const server: LiveServer = {
    readAllocations: (...args) => {
      asked.push(args);
      return slice;
    },
    describeAllocation: (...args) => {
      asked.push(args);
      return detail;
    },
    endAllocation: (...args) => {
      asked.push(args);
      return true;
    },
  };
  return { server, asked };
}

test('a slice is told with the incarnation of its worker, and its rows are not copied', () => {
  const { server, asked } = serve();
  const query = { accountId, filter: {}, from: 0, rowsMax: 1, changedAfter: -1 };
  const answer = answerLiveQuestion(server, { kind: 'read', query }, OWN, NOW);
  assert.deepEqual(answer, { kind: 'read', slice: { incarnation: OWN, ...slice } });
  assert.deepEqual(asked, [[query, NOW]]);
  assert.deepEqual(listTransfers(answer), [slice.rows.buffer]);
});

test('one allocation is described, or ended', () => {
  const { server, asked } = serve();
  const target = { accountId, incarnation: OWN, ref };
  const described = answerLiveQuestion(server, { kind: 'describe', ...target }, OWN, NOW);
  assert.deepEqual(described, { kind: 'describe', detail });
  assert.deepEqual(listTransfers(described), []);
  assert.deepEqual(answerLiveQuestion(server, { kind: 'end', ...target }, OWN, NOW), { kind: 'end', isEnded: true });
  assert.deepEqual(asked, [
    [ref, accountId, NOW],
    [ref, accountId, NOW],
  ]);
});

test('an allocation of a predecessor has ended, whatever the server has under its number', () => {
  const { server, asked } = serve();
  const target = { accountId, incarnation: 'ba9876543210', ref };
  const described = answerLiveQuestion(server, { kind: 'describe', ...target }, OWN, NOW);
  assert.deepEqual(described, { kind: 'describe', detail: undefined });
  assert.deepEqual(answerLiveQuestion(server, { kind: 'end', ...target }, OWN, NOW), { kind: 'end', isEnded: false });
  assert.deepEqual(asked, []);
});
