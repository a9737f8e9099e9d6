import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IPV4, IPV6 } from '../base/socket-address.ts';
import { TRANSPORT_UDP } from '../stun/attributes/turn-values.ts';
import type { MessageWriter } from '../stun/message-writer.ts';
import {
  ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY,
  ATTRIBUTE_DONT_FRAGMENT,
  ATTRIBUTE_EVEN_PORT,
  ATTRIBUTE_LIFETIME,
  ATTRIBUTE_REQUESTED_ADDRESS_FAMILY,
  ATTRIBUTE_REQUESTED_TRANSPORT,
  ATTRIBUTE_RESERVATION_TOKEN,
} from '../stun/registry/attributes.ts';
import { METHOD_ALLOCATE } from '../stun/registry/methods.ts';
import type { LocalQuota } from './quota.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { RELAY_IPV4, RELAY_IPV6, type ScriptOptions } from './test-support/script-options.ts';
import { TurnScript } from './test-support/turn-script.ts';

const ONLY_IPV4: ScriptOptions = { relays: [{ bind: RELAY_IPV4, advertised: RELAY_IPV4 }] };
const ONLY_IPV6: ScriptOptions = { relays: [{ bind: RELAY_IPV6, advertised: RELAY_IPV6 }] };

function begin(options: ScriptOptions = {}): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript(options);
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.challenge();
  return { script, alice };
}

/** Requests that are refused, by what they contain besides REQUESTED-TRANSPORT. */
const REFUSED: readonly (readonly [string, number, ScriptOptions, (writer: MessageWriter) => void])[] = [
  ['an unknown required attribute', 420, {}, (writer) => writer.addU32(0x7001, 0)],
  ['DONT-FRAGMENT where it is not supported', 420, {}, (writer) => writer.addDontFragment()],
  ['a malformed LIFETIME', 400, {}, (writer) => writer.addBytes(ATTRIBUTE_LIFETIME, Uint8Array.of(1))],
  ['a malformed EVEN-PORT', 400, {}, (writer) => writer.addBytes(ATTRIBUTE_EVEN_PORT, Uint8Array.of(0, 0))],
  [
    'a malformed REQUESTED-ADDRESS-FAMILY',
    400,
    {},
    (writer) => writer.addBytes(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, Uint8Array.of(1)),
  ],
  ['an unknown family', 440, {}, (writer) => writer.addU32(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, 0x03000000)],
  [
    'IPv6 where there is none',
    440,
    ONLY_IPV4,
    (writer) => writer.addAddressFamily(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, IPV6),
  ],
  [
    'IPv4 where there is none',
    440,
    ONLY_IPV6,
    (writer) => writer.addAddressFamily(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, IPV4),
  ],
  ['no family where there is no IPv4', 440, ONLY_IPV6, () => undefined],
  ['any family where there is none', 440, { relays: [] }, () => undefined],
  [
    'both families where there is none',
    440,
    { relays: [] },
    (writer) => writer.addAddressFamily(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY, IPV6),
  ],
  [
    'IPv4 as the additional family',
    400,
    {},
    (writer) => writer.addAddressFamily(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY, IPV4),
  ],
  [
    'a malformed additional family',
    400,
    {},
    (writer) => writer.addBytes(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY, Uint8Array.of(2)),
  ],
  [
    'a requested and an additional family',
    400,
    {},
    (writer) => {
      writer.addAddressFamily(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, IPV4);
      writer.addAddressFamily(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY, IPV6);
    },
  ],
  [
    'a pair of ports of both families',
    400,
    {},
    (writer) => {
      writer.addEvenPort(true);
      writer.addAddressFamily(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY, IPV6);
    },
  ],
  ['a malformed token', 400, {}, (writer) => writer.addBytes(ATTRIBUTE_RESERVATION_TOKEN, new Uint8Array(7))],
  ['a token nobody gave', 508, {}, (writer) => writer.addBytes(ATTRIBUTE_RESERVATION_TOKEN, new Uint8Array(8))],
  [
    'a token of no worker',
    508,
    {},
    (writer) => writer.addBytes(ATTRIBUTE_RESERVATION_TOKEN, new Uint8Array(8).fill(255)),
  ],
  ...(
    [
      ['EVEN-PORT', (writer: MessageWriter) => writer.addEvenPort(false)],
      ['a family', (writer: MessageWriter) => writer.addAddressFamily(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, IPV4)],
      ['another family', (writer: MessageWriter) => writer.addAddressFamily(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY, IPV6)],
    ] as const
  ).map(
    ([name, write]) =>
      [
        `a token and ${name}`,
        400,
        {},
        (writer: MessageWriter) => {
          writer.addBytes(ATTRIBUTE_RESERVATION_TOKEN, new Uint8Array(8));
          write(writer);
        },
      ] as const,
  ),
];

for (const [name, code, options, write] of REFUSED) {
  test(`${name} is refused with ${code}, signed, and nothing is left of it`, () => {
    const { script, alice } = begin(options);
    const lines = alice.request(METHOD_ALLOCATE, (writer) => {
      writer.addRequestedTransport(TRANSPORT_UDP);
      write(writer);
    });
    assert.equal(lines.length, 1);
    assert.match(lines[0] as string, new RegExp(`^alice < allocate error error=${code} (unknown=0x\\w+ )?sha1$`));
    assert.equal(script.server.pendingCount, 0);
    assert.equal(script.server.nextTimeout(), Number.POSITIVE_INFINITY);
    assert.equal((script.options.quota as LocalQuota).size, 0);
  });
}

for (const [name, code, write] of [
  ['no REQUESTED-TRANSPORT', 400, () => undefined],
  [
    'a malformed one',
    400,
    (writer: MessageWriter) => writer.addBytes(ATTRIBUTE_REQUESTED_TRANSPORT, Uint8Array.of(17)),
  ],
  ['TCP', 442, (writer: MessageWriter) => writer.addRequestedTransport(6)],
] as const) {
  test(`${name} is refused with ${code}`, () => {
    const { alice } = begin();
    assert.deepEqual(alice.request(METHOD_ALLOCATE, write), [`alice < allocate error error=${code} sha1`]);
  });
}

test('what is unknown is named, DONT-FRAGMENT among it', () => {
  const { alice } = begin();
  assert.deepEqual(
    alice.request(METHOD_ALLOCATE, (writer) => {
      writer.addU32(0x7001, 0);
      writer.addEmpty(ATTRIBUTE_DONT_FRAGMENT);
    }),
    ['alice < allocate error error=420 unknown=0x7001,0x1a sha1'],
  );
});
