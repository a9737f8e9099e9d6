import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/clock.ts';
import { REALM_BYTES_MAX } from '../base/limits.ts';
import { CLASS_REQUEST } from '../stun/message-type.ts';
import { METHOD_ALLOCATE } from '../stun/registry/methods.ts';
import { buildMessage } from '../stun/test-support/build-message.ts';
import type { ClientSocketId } from './path.ts';
import { TurnServer } from './server.ts';
import { addressOf, serverOptions } from './test-support/script-options.ts';

/** Bytes of the IP and UDP headers before a message. */
const HEADERS_BYTES = { IPv4: 20 + 8, IPv6: 40 + 8 } as const;
const CLIENTS = { IPv4: '198.51.100.1:4000', IPv6: '[2001:db8::1]:4000' } as const;
const TRANSPORT_UDP = 17;

for (const family of ['IPv4', 'IPv6'] as const) {
  test(`the challenge for a browser's first Allocate is at most 2.5 times as long, over ${family}, whatever the realm`, () => {
    for (let realmBytes = 1; realmBytes <= REALM_BYTES_MAX; realmBytes += 1) {
      const request = buildMessage(
        (writer) => writer.addRequestedTransport(TRANSPORT_UDP),
        CLASS_REQUEST,
        METHOD_ALLOCATE,
      );
      assert.equal(request.length, 28, 'as short as Chromium sends it');
      const answerBytes = answer(request, 'r'.repeat(realmBytes), CLIENTS[family]);
      const ratio = (HEADERS_BYTES[family] + answerBytes) / (HEADERS_BYTES[family] + request.length);
      assert.ok(ratio <= 2.5, `${ratio} times with a realm of ${realmBytes}`);
    }
  });
}

test('a longer realm is refused', () => {
  assert.throws(() => new TurnServer({ ...serverOptions({}), realm: 'r'.repeat(REALM_BYTES_MAX + 1) }), /realm/);
});

/** Bytes of what a server with this realm answers. */
function answer(request: Uint8Array, realm: string, client: string): number {
  const server = new TurnServer({ ...serverOptions({}), realm });
  const socket = 0 as ClientSocketId;
  server.addClientSocket(socket, 'udp', addressOf('203.0.113.10:3478'));
  assert.ok(server.handleClient(socket, addressOf(client), 0, request, 0, request.length, 0 as Instant));
  return server.forward.length;
}
