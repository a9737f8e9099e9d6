import { test } from 'node:test';
import fc from 'fast-check';
import { IPV6 } from '../base/socket-address.ts';
import { CLASS_REQUEST } from '../stun/message-type.ts';
import type { MessageWriter } from '../stun/message-writer.ts';
import {
  METHOD_ALLOCATE,
  METHOD_CHANNEL_BIND,
  METHOD_CREATE_PERMISSION,
  METHOD_REFRESH,
} from '../stun/registry/methods.ts';
import type { AuthStyle, ScriptClient } from './test-support/script-client.ts';
import { TurnScript } from './test-support/turn-script.ts';

/*
 * The script checks after every input that the counters add up, that whatever comes out is well-formed, signed with the key of
 * the request, and goes to a client or relay that exists. Here inputs are whatever they may be.
 */

function begin(): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript({ dontFragment: true, allow: ['0.0.0.0/0', '::/0'] });
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate({ dual: true });
  alice.channelBind(0x4000, '8.8.8.8:53');
  return { script, alice };
}

const attributes = fc.array(
  fc.record({
    type: fc.oneof(
      fc.constantFrom(
        0x06,
        0x0c,
        0x0d,
        0x12,
        0x13,
        0x14,
        0x15,
        0x17,
        0x18,
        0x19,
        0x1a,
        0x1d,
        0x1e,
        0x22,
        0x8000,
        0x8002,
      ),
      fc.integer({ min: 0, max: 0xffff }).filter((type) => type !== 0x08 && type !== 0x1c && type !== 0x8028),
    ),
    value: fc.uint8Array({ maxLength: 24 }),
  }),
  { maxLength: 12 },
);

test('any bytes, as a client or a peer may send them, have one outcome', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 20 }), (packets) => {
      const { script, alice } = begin();
      for (const bytes of packets) {
        alice.sendBytes(bytes.slice());
        alice.sendBytes(Uint8Array.of(0x40, 0, ...bytes));
        alice.sendBytes(Uint8Array.of(0, 3, 0, Math.max(0, bytes.length - 12), 0x21, 0x12, 0xa4, 0x42, ...bytes));
        script.fromPeer(0, '8.8.8.8:53', bytes);
      }
    }),
    { numRuns: 100 },
  );
});

test('any attributes in an authenticated request have one outcome', () => {
  const method = fc.constantFrom(METHOD_ALLOCATE, METHOD_REFRESH, METHOD_CREATE_PERMISSION, METHOD_CHANNEL_BIND, 0x00b);
  const style = fc.constantFrom<AuthStyle>('rfc5389', 'md5', 'sha256', 'none');
  fc.assert(
    fc.property(fc.array(fc.record({ method, style, attributes }), { maxLength: 12 }), (requests) => {
      const { alice } = begin();
      for (const { method: number, style: as, attributes: added } of requests) {
        const write = (writer: MessageWriter): void => {
          for (const { type, value } of added) {
            writer.addBytes(type, value);
          }
        };
        alice.sendBytes(alice.build(CLASS_REQUEST, number, write, as));
        alice.refresh(0);
        alice.allocate({ family: IPV6 });
      }
    }),
    { numRuns: 60 },
  );
});

test('a good request with one byte changed has one outcome', () => {
  const { alice } = begin();
  const requests = [
    () => alice.refresh(900),
    () => alice.createPermission('8.8.8.8', '2606:4700::1111'),
    () => alice.channelBind(0x4001, '8.8.4.4:53'),
  ].map((send) => {
    send();
    return alice.lastRequest.slice();
  });
  fc.assert(
    fc.property(fc.constantFrom(...requests), fc.nat(), fc.integer({ min: 1, max: 255 }), (request, place, mask) => {
      const bytes = request.slice();
      const at = place % bytes.length;
      bytes[at] = (bytes[at] as number) ^ mask;
      alice.lastKey = alice.keyOf('rfc5389');
      alice.sendBytes(bytes);
    }),
    { numRuns: 500 },
  );
});
