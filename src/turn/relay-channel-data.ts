import type { Instant } from '../base/clock.ts';
import type { AddressWords } from '../base/socket-address.ts';
import { CHANNEL_DATA_HEADER_BYTES, channelDataLength, readChannelData } from '../stun/channel-data.ts';
import { NO_ALLOCATION } from './allocation-table.ts';
import { COUNTER } from './counter.ts';
import { dropOverLimit } from './drop-over-limit.ts';
import type { ClientSocket, RelaySocketId } from './path.ts';
import { TO_PEER, WITHIN_LIMITS } from './rate-limiter.ts';
import { NO_ROW } from './row-index.ts';
import type { ServerState } from './server-state.ts';

const RELAYED = COUNTER.client_channel_data_relayed;
const MALFORMED = COUNTER.drop_malformed_channel_data;
const WITHOUT_ALLOCATION = COUNTER.drop_no_allocation;
const UNBOUND = COUNTER.drop_channel_unbound;

/**
 * Relays the data of a ChannelData message, which lie where they are, to the peer that the channel is bound to (RFC 8656 §12.6).
 * The binding suffices: unlike a Send indication, it needs no permission that is still live.
 */
export function relayChannelData(
  state: ServerState,
  socket: ClientSocket,
  client: AddressWords,
  clientAt: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  now: Instant,
): boolean {
  const { allocations, channels } = state;
  const channel = readChannelData(bytes, offset, length, socket.isStream);
  if (channel < 0) {
    return drop(state, MALFORMED);
  }
  const allocation = allocations.find(socket.id, client, clientAt);
  if (allocation === NO_ALLOCATION || !allocations.isLive(allocation)) {
    return drop(state, WITHOUT_ALLOCATION);
  }
  state.meter.countIngress(allocation, length);
  const row = channels.findByNumber(allocation, channel);
  if (row === NO_ROW || !channels.isLive(row, now)) {
    return drop(state, UNBOUND);
  }
  const verdict = state.limiter.countPacket(allocation, TO_PEER, length, now);
  if (verdict !== WITHIN_LIMITS) {
    return dropOverLimit(state, allocation, TO_PEER, verdict, now);
  }
  state.forward.toRelay(
    channels.relayOf(row) as RelaySocketId,
    channels.targets,
    channels.targetAt(row),
    bytes,
    offset + CHANNEL_DATA_HEADER_BYTES,
    channelDataLength(bytes, offset),
  );
  state.count(RELAYED);
  return true;
}

function drop(state: ServerState, counter: number): false {
  state.count(counter);
  return false;
}
