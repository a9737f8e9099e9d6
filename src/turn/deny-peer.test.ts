import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEY, TurnScript, UNIX_START } from './test-support/turn-script.ts';

test('what each kind of message is denied is noted for the key, with the rule and the range that closed it', () => {
  const script = new TurnScript({ deny: ['9.9.0.0/16'], listeners: ['0.0.0.0:3478'] });
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate();
  script.advance(1);
  const deniedAt = UNIX_START + 1_000;
  alice.createPermission('8.8.8.8', '169.254.169.254', '10.0.0.1');
  alice.channelBind(0x4000, '9.9.1.1:9');
  alice.channelBind(0x4000, '9.9.1.1:10');
  alice.createPermission('203.0.113.10');
  alice.send('203.0.113.10:3478', 'x');
  const row = { keyUid: KEY, range: '', denials: 1, lastDeniedAt: deniedAt };
  assert.deepEqual(
    script.server.collectDeniedPeers().toSorted((a, b) => (a.address < b.address ? -1 : 1)),
    [
      { ...row, address: '169.254.169.254', rule: 'link_local' },
      { ...row, address: '203.0.113.10', rule: 'own_listener' },
      { ...row, address: '9.9.1.1', rule: 'deny_list', range: '9.9.0.0/16', denials: 2 },
    ],
  );
  assert.deepEqual(script.server.collectDeniedPeers(), []);
});

test('the range is named too where it closes what an IPv6 address means', () => {
  const script = new TurnScript({ deny: ['9.9.0.0/16'] });
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate({ dual: true });
  alice.createPermission('64:ff9b::909:101');
  const [denied] = script.server.collectDeniedPeers();
  assert.deepEqual([denied?.address, denied?.range], ['64:ff9b::909:101', '9.9.0.0/16']);
});
