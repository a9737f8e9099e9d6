import type { AddressWords } from '../base/socket-address.ts';
import { type Family, familyOf, withPort } from '../base/socket-address.ts';
import type { PortWish } from './allocation.ts';
import { NO_PORT, type PortPool } from './port-pool.ts';
import type { RelayPort } from './relay-table.ts';
import type { ServerState } from './server-state.ts';

/**
 * Takes a port of an address of the family, beginning at a random one of them; undefined when none is free. With
 * 'even-and-next', the port behind the one that is returned is taken too.
 */
export function takePort(state: ServerState, family: Family, wish: PortWish): RelayPort | undefined {
  const { relays, random, worker } = state.options;
  const first = random.below(Math.max(relays.length, 1));
  for (let i = 0; i < relays.length; i += 1) {
    const relayAddress = (first + i) % relays.length;
    const pool = state.portPools[relayAddress] as PortPool;
    const isOfFamily = familyOf((relays[relayAddress] as { bind: AddressWords }).bind) === family;
    const port = isOfFamily ? takeFrom(pool, wish) : NO_PORT;
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
