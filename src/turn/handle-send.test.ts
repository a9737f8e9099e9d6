import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeUtf8 } from '../base/bytes.ts';
import { IPV6 } from '../base/socket-address.ts';
import { CLASS_INDICATION } from '../stun/message-type.ts';
import type { MessageWriter } from '../stun/message-writer.ts';
import { ATTRIBUTE_DATA, ATTRIBUTE_XOR_PEER_ADDRESS } from '../stun/registry/attributes.ts';
import { METHOD_SEND } from '../stun/registry/methods.ts';
import type { CounterName } from './counter.ts';
import type { AllocateWishes, ScriptClient } from './test-support/script-client.ts';
import { addressOf, type ScriptOptions } from './test-support/script-options.ts';
import { TurnScript } from './test-support/turn-script.ts';

function begin(options: ScriptOptions = {}, wishes: AllocateWishes = {}): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript(options);
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate(wishes);
  return { script, alice };
}

function sendRaw(alice: ScriptClient, write: (writer: MessageWriter) => void): string[] {
  return alice.sendBytes(alice.build(CLASS_INDICATION, METHOD_SEND, write, 'none'));
}

test('data go to a peer that is permitted, on any of its ports', () => {
  const { script, alice } = begin();
  alice.createPermission('8.8.8.8');
  assert.deepEqual(alice.send('8.8.8.8:53', 'hello'), ['relay 0 > 8.8.8.8:53 "hello"']);
  assert.deepEqual(alice.send('8.8.8.8:54', ''), ['relay 0 > 8.8.8.8:54 ""']);
  assert.equal(script.count('client_send_indication_relayed'), 2);
});

test('each family goes out of its own relay', () => {
  const { alice } = begin({}, { dual: true });
  alice.createPermission('8.8.8.8', '2606:4700::1111');
  assert.deepEqual(alice.send('8.8.8.8:53', 'x'), ['relay 0 > 8.8.8.8:53 "x"']);
  assert.deepEqual(alice.send('[2606:4700::1111]:53', 'x'), ['relay 1 > [2606:4700::1111]:53 "x"']);
});

test('over a stream as well', () => {
  const script = new TurnScript();
  const bob = script.client('bob', '198.51.100.2:4000', undefined, 'tcp');
  bob.mustAllocate();
  bob.createPermission('8.8.8.8');
  assert.deepEqual(bob.send('8.8.8.8:53', 'xyz'), ['relay 0 > 8.8.8.8:53 "xyz"']);
});

test('a FINGERPRINT does not disturb', () => {
  const { alice } = begin();
  alice.createPermission('8.8.8.8');
  alice.fingerprint = true;
  assert.deepEqual(alice.send('8.8.8.8:53', 'x'), ['relay 0 > 8.8.8.8:53 "x"']);
});

const peer = (text: string) => (writer: MessageWriter) =>
  writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, addressOf(text));
const data = (writer: MessageWriter): void => writer.addBytes(ATTRIBUTE_DATA, encodeUtf8('x'));

/** Indications that are dropped, with a permission for 8.8.8.8. */
const DROPPED: readonly (readonly [string, CounterName, ...((writer: MessageWriter) => void)[]])[] = [
  ['no peer', 'drop_malformed_indication', data],
  ['no data', 'drop_malformed_indication', peer('8.8.8.8:53')],
  ['a peer without a port', 'drop_malformed_indication', peer('8.8.8.8:0'), data],
  [
    'a malformed peer',
    'drop_malformed_indication',
    (writer) => writer.addBytes(ATTRIBUTE_XOR_PEER_ADDRESS, Uint8Array.of(0, 1, 0, 53)),
    data,
  ],
  ['a peer without permission', 'drop_no_permission', peer('8.8.8.9:53'), data],
  ['a peer of a family without a relay', 'drop_peer_address_family', peer('[2606:4700::1111]:53'), data],
  [
    'an unknown required attribute',
    'drop_unknown_attribute',
    peer('8.8.8.8:53'),
    data,
    (writer) => writer.addU32(0x7001, 0),
  ],
  [
    'DONT-FRAGMENT that is not supported',
    'drop_unknown_attribute',
    peer('8.8.8.8:53'),
    data,
    (writer) => writer.addDontFragment(),
  ],
];

for (const [name, counter, ...writes] of DROPPED) {
  test(`an indication with ${name} is dropped, and so counted`, () => {
    const { script, alice } = begin();
    alice.createPermission('8.8.8.8');
    assert.deepEqual(
      sendRaw(alice, (writer) => {
        for (const write of writes) {
          write(writer);
        }
      }),
      [],
    );
    assert.equal(script.count(counter), 1);
  });
}

test('what need not be understood is ignored', () => {
  const { alice } = begin();
  alice.createPermission('8.8.8.8');
  assert.equal(alice.send('8.8.8.8:53', 'x', (writer) => writer.addU32(0xc001, 0)).length, 1);
});

test('without an allocation it is dropped', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  assert.deepEqual(alice.send('8.8.8.8:53', 'x'), []);
  assert.equal(script.count('drop_no_allocation'), 1);
});

test('DONT-FRAGMENT works where the allocation asked for it, and only there', () => {
  const { script, alice } = begin({ dontFragment: true }, { dontFragment: true });
  alice.createPermission('8.8.8.8');
  assert.deepEqual(
    alice.send('8.8.8.8:53', 'x', (writer) => writer.addDontFragment()),
    ['relay 0 > 8.8.8.8:53 "x"'],
  );
  const bob = script.client('bob', '198.51.100.2:4000');
  bob.mustAllocate();
  bob.createPermission('8.8.8.8');
  assert.deepEqual(
    bob.send('8.8.8.8:53', 'x', (writer) => writer.addDontFragment()),
    [],
  );
  assert.equal(script.count('drop_unknown_attribute'), 1);
});

test('on addresses of this host each port is decided when it is used', () => {
  const { script, alice } = begin({ listeners: ['0.0.0.0:3478', '0.0.0.0:50300'] });
  alice.createPermission('203.0.113.10');
  assert.deepEqual(alice.send('203.0.113.10:50000', 'x'), ['relay 0 > 203.0.113.10:50000 "x"']);
  for (const [port, counter] of [
    [3_478, 'denied_peer_own_listener'],
    [50_300, 'denied_peer_own_listener'],
    [22, 'denied_peer_own_host'],
  ] as const) {
    const before = script.count(counter);
    assert.deepEqual(alice.send(`203.0.113.10:${port}`, 'x'), []);
    assert.equal(script.count(counter), before + 1);
  }
});

test('an IPv6 name of such an address changes nothing', () => {
  const { script, alice } = begin({ listeners: ['0.0.0.0:3478'], interfaces: ['203.0.113.10'] }, { family: IPV6 });
  alice.createPermission('::ffff:203.0.113.10');
  assert.deepEqual(alice.send('[::ffff:203.0.113.10]:3478', 'x'), []);
  assert.equal(script.count('denied_peer_own_listener'), 1);
});
