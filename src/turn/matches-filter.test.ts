import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from './test-support/script-options.ts';
import { ACCOUNT, TurnScript } from './test-support/turn-script.ts';

test('an allocation without a relay of its family has no peer and no relay of it', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate();
  for (const filter of [{ peer: addressOf('[::1]:0') }, { relay: addressOf('[::1]:0') }]) {
    const query = { accountId: ACCOUNT, filter, from: 0, rowsMax: 1, changedAfter: -1 };
    assert.equal(script.server.readAllocations(query, script.now).rows.length, 0);
  }
});
