import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TurnScript } from './test-support/turn-script.ts';

/*
 * Permissions are installed by CreatePermission and by ChannelBind; here is what the two have in common.
 */

test('CreatePermission and ChannelBind share one permission for an IP address', () => {
  const script = new TurnScript({ limits: { permissionsPerAllocationMax: 1 } });
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate({ lifetime: 3_600 });
  assert.match(alice.createPermission('8.8.8.8').join(), / success /);
  assert.match(alice.channelBind(0x4000, '8.8.8.8:53').join(), / success /);
  assert.match(alice.channelBind(0x4001, '8.8.8.8:54').join(), / success /);
  assert.match(alice.createPermission('9.9.9.9').join(), /error=508/);
});

test('each refreshes what the other installed', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate({ lifetime: 3_600 });
  alice.createPermission('8.8.8.8');
  script.advance(200);
  alice.channelBind(0x4000, '8.8.8.8:53');
  script.advance(200);
  assert.equal(script.fromPeer(0, '8.8.8.8:1', 'x').length, 1);
  alice.createPermission('8.8.8.8');
  script.advance(299);
  assert.equal(script.fromPeer(0, '8.8.8.8:1', 'x').length, 1);
  script.advance(1);
  assert.equal(script.fromPeer(0, '8.8.8.8:1', 'x').length, 0);
});
