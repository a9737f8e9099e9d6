import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IPV4 } from '../base/socket-address.ts';
import type { LocalQuota } from './quota.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { TurnScript } from './test-support/turn-script.ts';

function begin(): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript({ relayPorts: { min: 50_000, max: 50_000 } });
  const alice = script.client('alice', '198.51.100.1:4000', undefined, 'tcp');
  alice.mustAllocate({ dual: true });
  for (let i = 0; i < 20; i += 1) {
    alice.channelBind(0x4000 + i, `8.8.8.${i}:53`);
    alice.channelBind(0x4100 + i, `[2606:4700::${i}]:53`);
    alice.createPermission(`9.9.9.${i}`, `2606:4701::${i}`);
  }
  return { script, alice };
}

test('everything that belongs to an allocation ends with it', () => {
  const { script, alice } = begin();
  assert.deepEqual(alice.refresh(0).slice(1), ['close 0', 'close 1']);
  assert.equal(script.server.nextTimeout(), Number.POSITIVE_INFINITY);
  assert.equal((script.options.quota as LocalQuota).size, 0);
  // The ports are free again, and the numbers of the relays new.
  alice.mustAllocate({ dual: true });
  for (const relay of [0, 1]) {
    assert.deepEqual(script.fromPeer(relay, relay === 0 ? '9.9.9.1:53' : '[2606:4701::1]:53', 'x'), []);
  }
  assert.equal(script.count('drop_peer_no_permission'), 2);
});

test('a relay that ends takes its own channels and permissions, and their counts', () => {
  const { script, alice } = begin();
  const limits = script.options.limits.channelsPerAllocationMax;
  assert.deepEqual(alice.refresh(0, IPV4).slice(1), ['close 0']);
  // 20 of the channels are left, so all but 20 may be bound.
  for (let i = 0; i < limits - 20; i += 1) {
    assert.match(alice.channelBind(0x5000 + i, `[2606:4700::1]:${1_000 + i}`).join(), / success /, `channel ${i}`);
  }
  assert.match(alice.channelBind(0x6000, '[2606:4700::1]:54').join(), /error=508/);
});

test('a connection is ended for the end of its credential, not for that of its allocation', () => {
  const { script, alice } = begin();
  assert.deepEqual(
    script.advance(600).filter((line) => line.startsWith('disconnect')),
    [],
  );
  alice.mustAllocate();
  alice.refresh(86_400);
  const disconnected = script.act((server, now) =>
    server.applyChange({ kind: 'key-deleted', keyUid: alice.credential.keyUid }, now),
  );
  assert.deepEqual(disconnected.slice(-1), [`disconnect ${alice.socket}`]);
});

test('events say why allocations end', () => {
  const { script, alice } = begin();
  alice.refresh(0);
  alice.mustAllocate();
  script.advance(600);
  alice.mustAllocate();
  script.act((server, now) => server.removeClientSocket(alice.socket, now));
  assert.deepEqual(
    [
      script.count('allocations_started'),
      script.count('allocations_ended_by_client'),
      script.count('allocations_ended_expired'),
      script.count('allocations_ended_disconnected'),
    ],
    [3, 1, 1, 1],
  );
});
