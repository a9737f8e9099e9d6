import { parseIp, parseTransportAddress } from '../base/ip.ts';
import type { AddressWords } from '../base/socket-address.ts';
import type { ClientTransport, Username } from '../contract/ids.ts';
import type { AllocationFilter } from '../contract/live-allocation.ts';
import { ControlError } from './errors.ts';
import { parseKeyUid } from './parse-ids.ts';

/** What a caller wants to see of an account's live allocations, as texts. */
export interface AllocationFilterInput {
  readonly keyUid?: string | undefined;
  readonly customIdentifier?: string | undefined;
  readonly username?: string | undefined;
  readonly transport?: ClientTransport | undefined;
  /** An IP address, or one with a port: `198.51.100.1`, `198.51.100.1:4000`, `[2001:db8::1]:4000`. */
  readonly clientAddress?: string | undefined;
  readonly relayAddress?: string | undefined;
  /** An IP address alone. */
  readonly peerAddress?: string | undefined;
}

/** @throws {ControlError} `invalid-filter`. */
export function parseAllocationFilter(input: AllocationFilterInput): AllocationFilter {
  const { keyUid, customIdentifier, username, transport, clientAddress, relayAddress, peerAddress } = input;
  const filter: { -readonly [Member in keyof AllocationFilter]: AllocationFilter[Member] } = {};
  if (keyUid !== undefined) {
    filter.keyUid = requireValue(parseKeyUid(keyUid), 'key_uid must be 32 lower-case hexadecimal digits.');
  }
  if (customIdentifier !== undefined) {
    filter.customIdentifier = customIdentifier;
  }
  if (username !== undefined) {
    filter.username = username as Username;
  }
  if (transport !== undefined) {
    filter.transport = transport;
  }
  if (clientAddress !== undefined) {
    filter.client = parseAddress(clientAddress, 'client_address');
  }
  if (relayAddress !== undefined) {
    filter.relay = parseAddress(relayAddress, 'relay_address');
  }
  if (peerAddress !== undefined) {
    filter.peer = requireValue(parseIp(peerAddress), 'peer_address must be an IP address, without a port.');
  }
  return filter;
}

function parseAddress(text: string, name: string): AddressWords {
  return requireValue(
    parseIp(text) ?? parseTransportAddress(text),
    `${name} must be an IP address, or one with a port as in 198.51.100.1:4000 or [2001:db8::1]:4000.`,
  );
}

function requireValue<Value>(value: Value | undefined, otherwise: string): Value {
  if (value === undefined) {
    throw new ControlError('invalid-filter', otherwise);
  }
  return value;
}
