import type { AddressWords } from '../base/socket-address.ts';
import { type Family, withPort } from '../base/socket-address.ts';
import type { PortWish } from './allocation.ts';
import type { ReservedPort } from './command.ts';
import { NO_PORT, type PortPool } from './port-pool.ts';
import type { RelayPort } from './relay-table.ts';
import type { ServerState } from './server-state.ts';

/**
 * Takes a port of an address of the family, beginning at a random one of them; undefined when none is free. With
 * 'even-and-next', the port behind the one that is returned is taken too.
 */
export function takePort(state: ServerState, family: Family, wish: PortWish): RelayPort | undefined {
  const { random, worker } = state.options;
  const addresses = state.relayAddresses[family];
  const first = addresses.length === 0 ? 0 : random.below(addresses.length);
  for (let i = 0; i < addresses.length; i += 1) {
    const relayAddress = addresses[(first + i) % addresses.length] as number;
    const port = takeFrom(state.portPools[relayAddress] as PortPool, wish);
    if (port !== NO_PORT) {
      return { relayAddress, port, worker: worker.index };
    }
  }
  return undefined;
}

/** Gives a port back to the worker in whose share it lies; with 'even-and-next', the port behind it too. */
export function givePort(state: ServerState, port: RelayPort, wish: PortWish): void {
  if (port.worker !== state.options.worker.index) {
    const { relayAddress, port: number, worker } = port;
    state.commands.push({ kind: 'return-port', worker, port: { relayAddress, port: number } });
    return;
  }
  const pool = state.portPools[port.relayAddress] as PortPool;
  pool.give(port.port);
  if (wish === 'even-and-next') {
    pool.give(port.port + 1);
  }
}

/** Hands the port behind a token of this worker to another one, if there is such a token. */
export function lendPort(state: ServerState, token: Uint8Array): ReservedPort | undefined {
  const port = state.reservations.claim(token);
  if (port !== undefined) {
    state.lentPorts.add(lentKey(port));
  }
  return port;
}

/**
 * Takes a port back that was lent. Only the worker that lent it knows it: one that died meanwhile and was replaced has
 * long put the port to its free ones.
 */
export function takeBackPort(state: ServerState, port: ReservedPort): void {
  if (state.lentPorts.delete(lentKey(port))) {
    givePort(state, { ...port, worker: state.options.worker.index }, 'any');
  }
}

/** Where the relay's socket is bound. */
export function boundAddress(state: ServerState, port: RelayPort): AddressWords {
  const relay = state.options.relays[port.relayAddress] as { bind: AddressWords };
  return withPort(relay.bind, port.port);
}

/** The relayed transport address that clients and peers know. */
export function advertisedAddress(state: ServerState, port: RelayPort): AddressWords {
  const relay = state.options.relays[port.relayAddress] as { advertised: AddressWords };
  return withPort(relay.advertised, port.port);
}

function lentKey({ relayAddress, port }: ReservedPort): number {
  return relayAddress * 0x10000 + port;
}

function takeFrom(pool: PortPool, wish: PortWish): number {
  switch (wish) {
    case 'any':
      return pool.take();
    case 'even':
      return pool.takeEven();
    case 'even-and-next':
      return pool.takePair();
  }
}
