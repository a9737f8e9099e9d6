import { type AddressWords, portOf, sameAddress, sameIp } from '../base/socket-address.ts';
import { relayAddressKind, turnListenerKind } from './address-kinds.ts';
import type { ConfigProblem, Origin } from './config-problem.ts';
import type { Config } from './settings.ts';

/** What is wrong with values that are each valid alone. */
export function findConflicts(config: Config, originOf: (name: string) => Origin): readonly ConfigProblem[] {
  return [
    ...findListenerConflicts(config, originOf('turn.listen')),
    ...findHttpConflicts(config, originOf('http.admin')),
    ...findRelayConflicts(config, originOf),
    ...findTlsConflicts(config, originOf),
  ];
}

function findListenerConflicts(config: Config, origin: Origin): ConfigProblem[] {
  const { listen } = config.turn;
  const { min, max } = config.turn.relayPorts;
  const problems: ConfigProblem[] = [];
  for (const [index, listener] of listen.entries()) {
    const text = turnListenerKind.format(listener);
    const port = portOf(listener.address);
    // TLS is TCP to the system: the two cannot share an address.
    const clash = listen
      .slice(0, index)
      .find(
        (other) =>
          (other.transport === 'udp') === (listener.transport === 'udp') &&
          port !== 0 &&
          sameAddress(other.address, 0, listener.address, 0),
      );
    if (clash !== undefined) {
      problems.push({ origin, message: `turn.listen: ${text} and ${turnListenerKind.format(clash)} are one socket` });
    }
    if (listener.transport === 'udp' && port >= min && port <= max) {
      problems.push({ origin, message: `turn.listen: ${text} lies within turn.relay_ports ${min}-${max}` });
    }
    for (const name of ['listen', 'admin'] as const) {
      if (listener.transport !== 'udp' && isOneSocket(listener.address, config.http[name])) {
        problems.push({ origin, message: `turn.listen: ${text} is the address of http.${name}` });
      }
    }
  }
  return problems;
}

function findHttpConflicts({ http }: Config, origin: Origin): ConfigProblem[] {
  return isOneSocket(http.listen, http.admin)
    ? [{ origin, message: 'http.admin is the address of http.listen, expected another one' }]
    : [];
}

/** The system chooses another port for each listener whose port is 0. */
function isOneSocket(one: AddressWords, other: AddressWords | undefined): boolean {
  return other !== undefined && portOf(one) !== 0 && sameAddress(one, 0, other, 0);
}

function findRelayConflicts(config: Config, originOf: (name: string) => Origin): ConfigProblem[] {
  const { relayPorts, workers, relayAddress } = config.turn;
  const problems: ConfigProblem[] = [];
  const ports = relayPorts.max - relayPorts.min + 1;
  // EVEN-PORT with a reservation takes an even port and the next one from a single worker's share.
  if (ports < workers * 2) {
    problems.push({
      origin: originOf('turn.relay_ports'),
      message: `turn.relay_ports: ${ports} ports are too few for ${workers} workers, expected two for each at least`,
    });
  }
  for (const [index, address] of relayAddress.entries()) {
    const isRepeated = relayAddress
      .slice(0, index)
      .some(({ bind, advertised }) => sameIp(bind, 0, address.bind, 0) || sameIp(advertised, 0, address.advertised, 0));
    if (isRepeated) {
      const text = relayAddressKind.format(address);
      problems.push({
        origin: originOf('turn.relay_address'),
        message: `turn.relay_address: ${text} binds or advertises an address that another one does`,
      });
    }
  }
  return problems;
}

function findTlsConflicts(config: Config, originOf: (name: string) => Origin): ConfigProblem[] {
  const { certificate, key } = config.tls;
  if ((certificate === undefined) === (key === undefined)) {
    return [];
  }
  const [given, missing] = certificate === undefined ? ['tls.key', 'tls.certificate'] : ['tls.certificate', 'tls.key'];
  return [{ origin: originOf(given), message: `${given} is set without ${missing}` }];
}
