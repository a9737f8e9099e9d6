import type { Instant, UnixMs } from '../base/clock.ts';
import { formatIp, formatTransportAddress } from '../base/ip.ts';
import { LIVE_PEERS_LISTED_MAX } from '../base/limits.ts';
import { ADDRESS_WORDS, type AddressWords } from '../base/socket-address.ts';
import { type AllocationDetail, type AllocationRecord, ROW_WIDTH, readTraffic } from '../contract/live-allocation.ts';
import { advertisedAddress } from './relay-ports.ts';
import { NO_ROW } from './row-index.ts';
import type { ServerState } from './server-state.ts';
import { writeAllocationRow } from './write-allocation-row.ts';

/** What is told of a live allocation whenever it changes. */
export function describeAllocation(state: ServerState, allocation: number): AllocationRecord {
  const { allocations, relays } = state;
  const { user, socket, permissionCount } = allocations.recordOf(allocation);
  const { claims, username } = user;
  const own = allocations.relaysOf(allocation);
  return {
    username,
    keyUid: claims.keyUid,
    customIdentifier: claims.customIdentifier,
    transport: socket.transport,
    clientAddress: formatTransportAddress(allocations.clients, allocations.clientAt(allocation)),
    relayAddresses: own.map((relay) => formatTransportAddress(advertisedAddress(state, relays.portOf(relay)))),
    peers: listPeers(state, own),
    peerCount: permissionCount,
    startedAt: toUnix(state, allocations.startedAt(allocation)),
    expiresAt: toUnix(state, Math.max(...own.map((relay) => relays.expiryOf(relay)))),
    credentialExpiresAt: claims.expiresAt,
  };
}

/** The same with everything that belongs to the allocation and whose time is not over. */
export function describeWholly(state: ServerState, allocation: number, now: Instant): AllocationDetail {
  const { allocations, relays, permissions, channels } = state;
  const own = allocations.relaysOf(allocation);
  const row = new Float64Array(ROW_WIDTH);
  writeAllocationRow(state, allocation, now, row, 0);
  const peer: AddressWords = new Uint32Array(ADDRESS_WORDS);
  return {
    record: describeAllocation(state, allocation),
    traffic: readTraffic(row, 0),
    relays: own.map((relay) => ({
      address: formatTransportAddress(advertisedAddress(state, relays.portOf(relay))),
      expiresAt: toUnix(state, relays.expiryOf(relay)),
    })),
    permissions: own.flatMap((relay) =>
      listRows(permissions, relay)
        .filter((found) => permissions.isLive(found, now))
        .map((found) => {
          permissions.readPeer(found, relays.familyOf(relay), peer);
          return { peer: formatIp(peer), expiresAt: toUnix(state, permissions.expiryOf(found)) };
        }),
    ),
    channels: own.flatMap((relay) =>
      listRows(channels, relay)
        .filter((found) => channels.isLive(found, now))
        .map((found) => {
          channels.readPeer(found, peer);
          const expiresAt = toUnix(state, channels.expiryOf(found));
          return { number: channels.numberOf(found), peer: formatTransportAddress(peer), expiresAt };
        }),
    ),
  };
}

function listPeers({ permissions, relays }: ServerState, own: readonly number[]): string[] {
  const peer: AddressWords = new Uint32Array(ADDRESS_WORDS);
  const peers: string[] = [];
  for (const relay of own) {
    let row = permissions.firstOf(relay);
    while (row !== NO_ROW && peers.length < LIVE_PEERS_LISTED_MAX) {
      permissions.readPeer(row, relays.familyOf(relay), peer);
      peers.push(formatIp(peer));
      row = permissions.next(row);
    }
  }
  return peers;
}

/** The rows of a relay in a table that keeps them in lists. */
function listRows(table: { firstOf(relay: number): number; next(row: number): number }, relay: number): number[] {
  const rows: number[] = [];
  for (let row = table.firstOf(relay); row !== NO_ROW; row = table.next(row)) {
    rows.push(row);
  }
  return rows;
}

function toUnix(state: ServerState, instant: number): UnixMs {
  return Math.round(state.unixNow(instant as Instant)) as UnixMs;
}
