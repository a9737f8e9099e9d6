import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLASS_ERROR, CLASS_INDICATION, CLASS_REQUEST, CLASS_SUCCESS } from '../stun/message-type.ts';
import {
  METHOD_ALLOCATE,
  METHOD_BINDING,
  METHOD_CHANNEL_BIND,
  METHOD_CREATE_PERMISSION,
  METHOD_DATA,
  METHOD_REFRESH,
  METHOD_SEND,
} from '../stun/registry/methods.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { TurnScript } from './test-support/turn-script.ts';

function begin(): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript();
  return { script, alice: script.client('alice', '198.51.100.1:4000') };
}

const nothing = (): void => undefined;

for (const [name, messageClass, methods] of [
  ['a request of a method that has none', CLASS_REQUEST, [0, METHOD_SEND, METHOD_DATA, 0x00a, 0x07f]],
  [
    'an indication of a method that has none',
    CLASS_INDICATION,
    [0, METHOD_ALLOCATE, METHOD_REFRESH, METHOD_DATA, METHOD_CREATE_PERMISSION, METHOD_CHANNEL_BIND, 0x07f],
  ],
  ['an answer', CLASS_SUCCESS, [METHOD_BINDING, METHOD_ALLOCATE, METHOD_REFRESH]],
  ['an error', CLASS_ERROR, [METHOD_BINDING, METHOD_ALLOCATE]],
] as const) {
  test(`${name} is dropped without an answer`, () => {
    const { script, alice } = begin();
    for (const method of methods) {
      assert.deepEqual(alice.sendBytes(alice.build(messageClass, method, nothing, 'none')), []);
    }
    assert.deepEqual(script.counts(), { drop_unexpected_message: methods.length });
  });
}

test('what is neither STUN nor ChannelData is dropped', () => {
  const { script, alice } = begin();
  const packets = [[], [4], [0x16, 0xfe, 0xfd], [63, 0, 0, 0], [128, 0, 0, 0], [255, 255, 255, 255]];
  for (const bytes of packets) {
    assert.deepEqual(alice.sendBytes(Uint8Array.from(bytes)), []);
  }
  assert.deepEqual(script.counts(), { drop_not_turn: packets.length });
});

test('what looks like STUN and is not is dropped', () => {
  const { script, alice } = begin();
  const good = alice.build(CLASS_REQUEST, METHOD_BINDING, nothing, 'none');
  const withoutCookie = good.slice();
  withoutCookie[4] = 0;
  const tooLong = Uint8Array.of(...good, 0, 0, 0, 0);
  const packets = [Uint8Array.of(0), good.subarray(0, 19), withoutCookie, tooLong];
  for (const bytes of packets) {
    assert.deepEqual(alice.sendBytes(bytes), []);
  }
  assert.deepEqual(script.counts(), { drop_malformed_message: packets.length });
});

test('a wrong FINGERPRINT is no message of ours', () => {
  const { script, alice } = begin();
  alice.fingerprint = true;
  const bytes = alice.build(CLASS_REQUEST, METHOD_BINDING, nothing, 'none');
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
  assert.deepEqual(alice.sendBytes(bytes), []);
  assert.deepEqual(script.counts(), { drop_malformed_message: 1 });
});

test('what arrives on a socket that is gone is dropped', () => {
  const { script } = begin();
  const bob = script.client('bob', '198.51.100.2:4000', undefined, 'tcp');
  script.act((server, now) => server.removeClientSocket(bob.socket, now));
  assert.deepEqual(bob.bind(), []);
  assert.deepEqual(script.counts(), { drop_unknown_socket: 1 });
});

test('every answer carries the transaction of its request', () => {
  const { script, alice } = begin();
  for (const send of [() => alice.bind(), () => alice.challenge(), () => alice.allocate(), () => alice.refresh(0)]) {
    send();
    const { bytes, offset } = script.server.forward;
    assert.match(String.fromCharCode(...bytes.subarray(offset + 8, offset + 20)), /^alice\d+\.+$/);
  }
});
