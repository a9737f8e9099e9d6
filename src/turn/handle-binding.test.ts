import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLASS_INDICATION, CLASS_REQUEST } from '../stun/message-type.ts';
import { METHOD_BINDING } from '../stun/registry/methods.ts';
import { TurnScript } from './test-support/turn-script.ts';

test('a client learns its address, over every transport and family, without credentials', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  const bob = script.client('bob', '[2001:db8::1]:4001', undefined, 'tcp');
  const carol = script.client('carol', '198.51.100.3:4002', undefined, 'tls');
  assert.deepEqual(alice.bind(), ['alice < binding success mapped=198.51.100.1:4000']);
  assert.deepEqual(bob.bind(), ['bob < binding success mapped=[2001:db8::1]:4001']);
  assert.deepEqual(carol.bind(), ['carol < binding success mapped=198.51.100.3:4002']);
  assert.deepEqual(script.counts(), { binding_answered: 3 });
});

test('an answer has a FINGERPRINT when the request had one', () => {
  const alice = new TurnScript().client('alice', '198.51.100.1:4000');
  alice.fingerprint = true;
  assert.deepEqual(alice.bind(), ['alice < binding success mapped=198.51.100.1:4000 fingerprint']);
});

test('what must be understood and is not is listed', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  const bytes = alice.build(
    CLASS_REQUEST,
    METHOD_BINDING,
    (writer) => {
      writer.addU32(0x0003, 0);
      writer.addU32(0x7777, 0);
      writer.addU32(0x0003, 0);
      writer.addU32(0xc001, 0);
    },
    'none',
  );
  assert.deepEqual(alice.sendBytes(bytes), ['alice < binding error error=420 unknown=0x3,0x7777']);
  assert.deepEqual(script.counts(), { rejected_unknown_attribute: 1 });
});

test('what is not understood is answered only so often over UDP, and an address as often as it is asked for', () => {
  const script = new TurnScript({ limits: { refusalsPerAddressPerSecond: 10 } });
  const alice = script.client('alice', '198.51.100.1:4000');
  const strange = alice.build(CLASS_REQUEST, METHOD_BINDING, (writer) => writer.addU32(0x0003, 0), 'none');
  assert.equal(Array.from({ length: 15 }, () => alice.sendBytes(strange)).flat().length, 10);
  assert.equal(Array.from({ length: 15 }, () => alice.bind()).flat().length, 15);
  assert.deepEqual(script.counts(), { rejected_unknown_attribute: 10, drop_refusal_limit: 5, binding_answered: 15 });
});

test('an indication keeps a NAT open, and has no answer', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  assert.deepEqual(alice.sendBytes(alice.build(CLASS_INDICATION, METHOD_BINDING, () => undefined, 'none')), []);
  assert.deepEqual(script.counts(), { binding_indication_accepted: 1 });
});

test('a draining server still answers', () => {
  const script = new TurnScript();
  script.server.setDraining(true);
  const alice = script.client('alice', '198.51.100.1:4000');
  assert.deepEqual(alice.bind(), ['alice < binding success mapped=198.51.100.1:4000']);
});
