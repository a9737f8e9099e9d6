import { writeU16 } from '../../../src/base/bytes.ts';
import { TRANSPORT_UDP } from '../../../src/stun/attributes/turn-values.ts';
import {
  CHANNEL_DATA_HEADER_BYTES,
  channelDataPadding,
  writeChannelDataHeader,
} from '../../../src/stun/channel-data.ts';
import { CLASS_ERROR, CLASS_INDICATION, CLASS_REQUEST, CLASS_SUCCESS } from '../../../src/stun/message-type.ts';
import { ATTRIBUTE_DATA, ATTRIBUTE_XOR_PEER_ADDRESS } from '../../../src/stun/registry/attributes.ts';
import { METHOD_ALLOCATE, METHOD_BINDING, METHOD_REFRESH, METHOD_SEND } from '../../../src/stun/registry/methods.ts';
import { addressKey } from '../address-key.ts';
import type { Draw } from '../draw.ts';
import { pickPeer } from './client-requests.ts';
import type { SimulatedClient } from './simulated-client.ts';
import { buildMessage } from './stun-message.ts';

/** What one datagram carries, less what surrounds the data on their way to the relay. */
const WRAPPED_PAYLOAD_MAX = 65_507 - 64;
/** Probability that data are sent on a channel that may not be bound, or to a peer without a permission. */
const STRAY_RATE = 0.03;
/** Bytes of a payload, at most, that the ledger does not tell from others. */
const UNSTAMPED_BYTES_MAX = 7;

/** Sends application data on a channel, bound or not. */
export function sendChannelData(client: SimulatedClient): void {
  const { belief, name } = client;
  const { draw, ledger } = client.context;
  const bound = [...belief.channels.keys()];
  const isStray = draw.chance(STRAY_RATE);
  if (bound.length === 0 && !isStray) {
    return;
  }
  const channel = isStray ? 0x4000 + draw.integer(0, 15) : draw.pick(bound);
  const payload = ledger.issue(name, () => belief.everAskedChannelPeers(channel), drawLength(draw));
  client.send(frameChannelData(client, channel, payload));
}

/** Sends application data in an indication, with or without a permission. */
export function sendIndication(client: SimulatedClient): void {
  const { draw, hashes, ledger } = client.context;
  const { permitted } = client.belief;
  const isStray = draw.chance(STRAY_RATE);
  if (permitted.length === 0 && !isStray) {
    return;
  }
  const peer = isStray ? pickPeer(client) : draw.pick(permitted);
  const payload = ledger.issue(client.name, () => [addressKey(peer)], drawLength(draw));
  const shape = draw.weighted({ whole: 200, noData: 1, noPeer: 1, dontFragment: 5 });
  client.send(
    buildMessage(hashes, {
      messageClass: CLASS_INDICATION,
      method: METHOD_SEND,
      transactionId: draw.bytes(12),
      write: (writer) => {
        if (shape !== 'noPeer') {
          writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, peer);
        }
        if (shape === 'dontFragment') {
          writer.addDontFragment();
        }
        if (shape !== 'noData') {
          writer.addBytes(ATTRIBUTE_DATA, payload);
        }
      },
      hasFingerprint: draw.chance(0.1),
    }),
  );
}

/** Sends something that a server must survive; on a stream, the last thing before the connection closes. */
export function sendGarbage(client: SimulatedClient): void {
  const { draw } = client.context;
  client.send(drawGarbage(client, draw.weighted({ noise: 3, mutated: 5, truncated: 4, wrongClass: 3, badLength: 2 })));
  if (client.path.transport !== 'udp') {
    // What follows would be cut at the wrong places, and come out as payloads that nobody sent.
    client.path.close();
  }
}

type GarbageKind = 'noise' | 'mutated' | 'truncated' | 'wrongClass' | 'badLength';

function drawGarbage(client: SimulatedClient, kind: GarbageKind): Uint8Array {
  const { draw, hashes } = client.context;
  switch (kind) {
    case 'noise': {
      const noise = draw.bytes(draw.integer(1, 80));
      // Not the channels that clients bind: noise must not look like a payload.
      noise[0] = noise[0] === 0x40 ? 0x41 : (noise[0] as number);
      return noise;
    }
    case 'mutated': {
      const message = drawMessage(client);
      message[draw.integer(0, message.length - 1)] = draw.integer(0, 255);
      return message;
    }
    case 'truncated': {
      const message = drawMessage(client);
      return message.subarray(0, draw.integer(1, message.length - 1));
    }
    case 'wrongClass':
      return buildMessage(hashes, {
        messageClass: draw.pick([CLASS_INDICATION, CLASS_SUCCESS, CLASS_ERROR]),
        method: draw.pick([METHOD_BINDING, METHOD_ALLOCATE]),
        transactionId: draw.bytes(12),
      });
    case 'badLength': {
      // With its padding, still too short to be recognised.
      const frame = frameChannelData(client, 0x4001, new Uint8Array(draw.integer(0, 4)));
      writeU16(frame, 2, draw.integer(0, 60));
      return frame;
    }
  }
}

/** Bytes of application data: often a media packet, sometimes nothing, sometimes as much as goes into a datagram. */
export function drawLength(draw: Draw, most: number = WRAPPED_PAYLOAD_MAX): number {
  if (draw.chance(0.003)) {
    return draw.integer(draw.chance(0.3) ? most - 64 : 1200, most);
  }
  return draw.chance(0.1) ? draw.integer(0, 12) : draw.integer(8, 300);
}

function frameChannelData(client: SimulatedClient, channel: number, payload: Uint8Array): Uint8Array {
  const isPadded = client.path.transport !== 'udp' || client.context.draw.chance(0.2);
  const padding = isPadded ? channelDataPadding(payload.length) : 0;
  const frame = new Uint8Array(CHANNEL_DATA_HEADER_BYTES + payload.length + padding);
  writeChannelDataHeader(frame, 0, channel, payload.length);
  frame.set(payload, CHANNEL_DATA_HEADER_BYTES);
  return frame;
}

/** A request or indication to be spoilt: not signed, with a payload too short to be recognised wherever it comes out. */
function drawMessage(client: SimulatedClient): Uint8Array {
  const { draw, hashes } = client.context;
  const method = draw.pick([METHOD_BINDING, METHOD_ALLOCATE, METHOD_REFRESH, METHOD_SEND]);
  const isSend = method === METHOD_SEND;
  return buildMessage(hashes, {
    messageClass: isSend ? CLASS_INDICATION : CLASS_REQUEST,
    method,
    transactionId: draw.bytes(12),
    write: (writer) => {
      if (method === METHOD_ALLOCATE) {
        writer.addRequestedTransport(TRANSPORT_UDP);
      }
      if (isSend) {
        writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, draw.pick(client.context.topology.peers));
        writer.addBytes(ATTRIBUTE_DATA, new Uint8Array(draw.integer(0, UNSTAMPED_BYTES_MAX)));
      }
    },
    hasFingerprint: !isSend && draw.chance(0.3),
  });
}
