import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIVE_NUMBERS_PER_SLICE_MAX, LIVE_RECORDS_PER_SLICE_MAX } from '../base/limits.ts';
import type { AccountId, KeyUid, Username } from '../contract/ids.ts';
import {
  type AllocationFilter,
  type AllocationQuery,
  ROW_NUMBER,
  ROW_SERIAL,
  ROW_WIDTH,
  readTraffic,
} from '../contract/live-allocation.ts';
import type { OwnSlice } from './read-allocations.ts';
import { addressOf } from './test-support/script-options.ts';
import { ACCOUNT, KEY, OTHER_KEY, START, TurnScript, UNIX_START } from './test-support/turn-script.ts';

const OTHER_ACCOUNT = 'other' as AccountId;

function read(script: TurnScript, query: Partial<AllocationQuery> = {}): OwnSlice {
  const whole = { accountId: ACCOUNT, filter: {}, from: 0, rowsMax: 10_000, changedAfter: -1 };
  return script.server.readAllocations({ ...whole, ...query }, script.now);
}

function numbers({ rows }: OwnSlice): number[] {
  return Array.from({ length: rows.length / ROW_WIDTH }, (_, i) => rows[i * ROW_WIDTH + ROW_NUMBER] as number);
}

/** Clients who allocate one after the other, each with a credential of its own. */
function allocateMany(script: TurnScript, count: number): void {
  for (let i = 0; i < count; i += 1) {
    script.client('c', `198.51.${i >> 8}.${i & 255}:4000`).mustAllocate();
  }
}

test('a row and its record tell all of an allocation', () => {
  const script = new TurnScript();
  const credential = script.credential({ customIdentifier: 'user 1' });
  script.now = (START + 0.6) as typeof START;
  const alice = script.client('alice', '198.51.100.1:4000', credential, 'tls');
  alice.mustAllocate({ dual: true });
  const { relayed } = alice;
  script.advance(10);
  alice.createPermission('8.8.8.8', '2606:4700::1');
  const { rows, records, next } = read(script);
  assert.equal(next, undefined);
  assert.deepEqual(records, [
    {
      place: 0,
      record: {
        username: credential.username,
        keyUid: KEY,
        customIdentifier: 'user 1',
        transport: 'tls',
        clientAddress: '198.51.100.1:4000',
        relayAddresses: relayed,
        peers: ['8.8.8.8', '2606:4700::1'],
        peerCount: 2,
        startedAt: UNIX_START + 1,
        expiresAt: UNIX_START + 1 + 600_000,
        credentialExpiresAt: UNIX_START + 86_400_000,
      },
    },
  ]);
  assert.equal(rows.length, ROW_WIDTH);
  const [usage] = script.server.collectUsage(0, 10, script.now).rows;
  const { ingressBytes, ingressPackets, egressBytes, egressPackets } = readTraffic(rows, 0);
  assert.deepEqual(
    [ingressBytes, ingressPackets, egressBytes, egressPackets],
    [usage?.ingressBytes, usage?.ingressPackets, usage?.egressBytes, usage?.egressPackets],
  );
  assert.equal(readTraffic(rows, 0).ingressBitsPerSecond, Math.round((8 * ingressBytes) / 10));
  assert.deepEqual(readTraffic(read(script).rows, 0), readTraffic(rows, 0), 'collecting changes nothing');
});

test('only live allocations of the account are read', () => {
  const script = new TurnScript();
  script.server.applyChange({ kind: 'key-live', keyUid: OTHER_KEY, accountId: OTHER_ACCOUNT }, script.now);
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate();
  script.client('bob', '198.51.100.2:4000', script.credential({ keyUid: OTHER_KEY })).mustAllocate();
  script.opensAtOnce = false;
  script.client('carol', '198.51.100.3:4000').allocate();
  assert.deepEqual(numbers(read(script)), [0]);
  assert.deepEqual(numbers(read(script, { accountId: OTHER_ACCOUNT })), [1]);
  assert.deepEqual(numbers(read(script, { accountId: 'nobody' as AccountId })), []);
  alice.refresh(0);
  assert.deepEqual(numbers(read(script)), []);
});

test('a filter means those that every member of it fits', () => {
  const script = new TurnScript();
  script.server.applyChange({ kind: 'key-live', keyUid: OTHER_KEY, accountId: ACCOUNT }, script.now);
  const tagged = script.credential({ customIdentifier: 'user 1' });
  const alice = script.client('alice', '198.51.100.1:4000', tagged);
  const bob = script.client('bob', '198.51.100.1:4001', script.credential({ keyUid: OTHER_KEY }), 'tcp');
  alice.mustAllocate();
  bob.mustAllocate();
  bob.createPermission('8.8.8.8');
  const relayed = (bob.relayed[0] as string).split(':');
  const cases: readonly (readonly [AllocationFilter, number[]])[] = [
    [{}, [0, 1]],
    [{ keyUid: OTHER_KEY }, [1]],
    [{ keyUid: '33'.repeat(16) as KeyUid }, []],
    [{ customIdentifier: 'user 1' }, [0]],
    [{ customIdentifier: '' }, [1]],
    [{ username: tagged.username }, [0]],
    [{ username: 'x' as Username }, []],
    [{ transport: 'tcp' }, [1]],
    [{ client: addressOf('198.51.100.1:0') }, [0, 1]],
    [{ client: addressOf('198.51.100.1:4001') }, [1]],
    [{ client: addressOf('198.51.100.1:4002') }, []],
    [{ relay: addressOf(`${relayed[0]}:${relayed[1]}`) }, [1]],
    [{ relay: addressOf(`${relayed[0]}:0`) }, [0, 1]],
    [{ relay: addressOf('[2001:db8::1]:0') }, []],
    [{ peer: addressOf('8.8.8.8:0') }, [1]],
    [{ peer: addressOf('8.8.4.4:0') }, []],
    [{ transport: 'tcp', keyUid: KEY }, []],
  ];
  for (const [filter, expected] of cases) {
    assert.deepEqual(numbers(read(script, { filter })), expected, JSON.stringify(filter));
  }
});

test('slices go on where the one before ended, by rows, by records and by numbers', () => {
  const script = new TurnScript({ relayPorts: { min: 20_000, max: 60_000 } });
  allocateMany(script, LIVE_RECORDS_PER_SLICE_MAX + 20);
  assert.deepEqual(numbers(read(script, { rowsMax: 2 })), [0, 1]);
  assert.equal(read(script, { rowsMax: 2 }).next, 2);
  const first = read(script);
  assert.deepEqual([first.records.length, first.next], [LIVE_RECORDS_PER_SLICE_MAX, LIVE_RECORDS_PER_SLICE_MAX]);
  const rest = read(script, { from: first.next as number });
  assert.deepEqual([rest.records.length, rest.next], [20, undefined]);
  const rowsAlone = read(script, { changedAfter: first.revision });
  assert.deepEqual([rowsAlone.records.length, rowsAlone.rows.length / ROW_WIDTH], [0, 120]);
  assert.deepEqual(read(script, { from: 5_000 }), {
    rows: new Float64Array(0),
    records: [],
    next: undefined,
    revision: first.revision,
  });
});

test('no slice looks at more numbers than one may', () => {
  const script = new TurnScript({ relayPorts: { min: 20_000, max: 60_000 } });
  allocateMany(script, LIVE_NUMBERS_PER_SLICE_MAX + 1);
  const { next, rows } = read(script, { filter: { transport: 'tcp' } });
  assert.deepEqual([next, rows.length], [LIVE_NUMBERS_PER_SLICE_MAX, 0]);
});

test('after a revision only what has changed since is described, and rows tell of all', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  const bob = script.client('bob', '198.51.100.2:4000');
  alice.mustAllocate();
  bob.mustAllocate();
  let { revision } = read(script);
  const changed = () => {
    const slice = read(script, { changedAfter: revision });
    assert.deepEqual(numbers(slice), [0, 1]);
    revision = slice.revision;
    return slice.records.map(({ place }) => place);
  };
  assert.deepEqual(changed(), []);
  bob.send('8.8.8.8:53', 'x');
  assert.deepEqual(changed(), [], 'traffic is no change');
  for (const [change, places] of [
    [() => bob.createPermission('8.8.8.8'), [1]],
    [() => bob.createPermission('8.8.8.8'), []],
    [() => alice.channelBind(0x4000, '8.8.4.4:53'), [0]],
    [() => alice.refresh(900), [0]],
    [() => script.advance(301), [1]],
  ] as const) {
    change();
    assert.deepEqual(changed(), places, String(change));
  }
});

test('a number that is used again has another serial', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  const seen = new Set<number>();
  for (let round = 0; round < 5; round += 1) {
    alice.mustAllocate();
    const { rows } = read(script);
    assert.equal(rows[ROW_NUMBER], 0);
    seen.add(rows[ROW_SERIAL] as number);
    alice.refresh(0);
  }
  assert.equal(seen.size, 5);
});

test('no more peers are listed than a list has room for, and all are counted', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate();
  for (let i = 0; i < 30; i += 1) {
    alice.createPermission(`8.8.8.${i}`);
  }
  const [found] = read(script).records;
  assert.equal(found?.record.peerCount, 30);
  assert.deepEqual(
    found?.record.peers.toSorted(),
    Array.from({ length: 20 }, (_, i) => `8.8.8.${29 - i}`).toSorted(),
    'those that came last',
  );
});
