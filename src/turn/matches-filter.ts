import { type AddressWords, familyOf, portOf, sameIp } from '../base/socket-address.ts';
import type { AllocationFilter } from '../contract/live-allocation.ts';
import { NO_RELAY } from './allocation-table.ts';
import { advertisedAddress } from './relay-ports.ts';
import { NO_ROW } from './row-index.ts';
import type { ServerState } from './server-state.ts';

/** Whether a live allocation fits every member of the filter. */
export function matchesFilter(state: ServerState, allocation: number, filter: AllocationFilter): boolean {
  const { user, socket } = state.allocations.recordOf(allocation);
  const { claims, username } = user;
  return (
    (filter.keyUid === undefined || filter.keyUid === claims.keyUid) &&
    (filter.customIdentifier === undefined || filter.customIdentifier === claims.customIdentifier) &&
    (filter.username === undefined || filter.username === username) &&
    (filter.transport === undefined || filter.transport === socket.transport) &&
    (filter.client === undefined || hasClient(state, allocation, filter.client)) &&
    (filter.relay === undefined || hasRelay(state, allocation, filter.relay)) &&
    (filter.peer === undefined || hasPeer(state, allocation, filter.peer))
  );
}

function hasClient({ allocations }: ServerState, allocation: number, wanted: AddressWords): boolean {
  return isMeant(wanted, allocations.clients, allocations.clientAt(allocation));
}

function hasRelay(state: ServerState, allocation: number, wanted: AddressWords): boolean {
  const relay = state.allocations.relayOf(allocation, familyOf(wanted));
  return relay !== NO_RELAY && isMeant(wanted, advertisedAddress(state, state.relays.portOf(relay)), 0);
}

function hasPeer({ allocations, permissions }: ServerState, allocation: number, wanted: AddressWords): boolean {
  const relay = allocations.relayOf(allocation, familyOf(wanted));
  return relay !== NO_RELAY && permissions.find(relay, wanted, 0) !== NO_ROW;
}

function isMeant(wanted: AddressWords, address: AddressWords, at: number): boolean {
  return sameIp(wanted, 0, address, at) && (portOf(wanted) === 0 || portOf(wanted) === portOf(address, at));
}
