import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/clock.ts';
import { DENIED_PEER_ROWS } from '../base/limits.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import type { KeyUid } from '../contract/ids.ts';
import { COUNTER, COUNTER_NAMES } from './counter.ts';
import { DeniedPeers } from './denied-peers.ts';
import { addressOf } from './test-support/script-options.ts';
import { KEY, OTHER_KEY } from './test-support/turn-script.ts';

const PRIVATE = COUNTER.denied_peer_private;
const OFFSET_MS = 1_000_000;

function makeTable() {
  const counters = new Float64Array(COUNTER_NAMES.length);
  const table = new DeniedPeers(counters, new SeededRandom(1));
  return {
    note: (keyUid: KeyUid, address: string, now = 0, rule: number = PRIVATE) =>
      table.note(keyUid, addressOf(address), 0, rule, now as Instant),
    take: () => table.take(OFFSET_MS, (peer, at) => `range of ${peer[at + 1]}`),
    table,
    forgotten: () => counters[COUNTER.denied_peers_forgotten] as number,
  };
}

test('denials of one key, address and rule are one row, whatever the port, and are taken once', () => {
  const { note, take, forgotten } = makeTable();
  note(KEY, '10.0.0.1:80', 5);
  note(KEY, '10.0.0.1:81', 7.5);
  note(KEY, '10.0.0.1', 6, COUNTER.denied_peer_own_host);
  note(OTHER_KEY, '10.0.0.1', 8);
  note(KEY, '8.8.8.8', 9, COUNTER.denied_peer_deny_list);
  const described = take().map(({ keyUid, address, rule, range, denials, lastDeniedAt }) =>
    [keyUid === KEY ? 'key' : 'other', address, rule, range, denials, lastDeniedAt - OFFSET_MS].join(' '),
  );
  assert.deepEqual(described.toSorted(), [
    'key 10.0.0.1 own_host  1 6',
    'key 10.0.0.1 private  2 7',
    `key 8.8.8.8 deny_list range of ${0x08080808} 1 9`,
    'other 10.0.0.1 private  1 8',
  ]);
  assert.deepEqual(take(), []);
  assert.equal(forgotten(), 0);
});

test('a flood of ever new addresses fills the table and no more, and who insists on one address stays', () => {
  const { note, take, table, forgotten } = makeTable();
  const flood = addressOf('10.0.0.0');
  const count = 20 * DENIED_PEER_ROWS;
  for (let n = 0; n < count; n += 1) {
    flood[1] = 0x0a000000 + n;
    table.note(OTHER_KEY, flood, 0, PRIVATE, n as Instant);
    if (n % 10 === 0) {
      note(KEY, '169.254.169.254', n, COUNTER.denied_peer_link_local);
    }
  }
  const rows = take();
  assert.equal(rows.length, DENIED_PEER_ROWS);
  assert.deepEqual(
    rows.filter(({ keyUid }) => keyUid === KEY).map(({ address, rule, denials }) => [address, rule, denials]),
    [['169.254.169.254', 'link_local', count / 10]],
  );
  assert.equal(rows.reduce((sum, { denials }) => sum + denials, 0) + forgotten(), count + count / 10);
});
