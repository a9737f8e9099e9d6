import { formatIp } from '../base/ip.ts';
import { type AddressWords, portOf } from '../base/socket-address.ts';
import type { Config } from '../config/settings.ts';
import type { ListenAddress } from '../contract/worker-message.ts';
import { buildIceServerUrls, type IceServerUrls } from '../http/ice-server-urls.ts';

/** The name or address that clients are told: the configured one, else the first advertised relay address. */
export function chooseTurnHostname(config: Config): string {
  return config.turn.hostname ?? formatIp(config.turn.relayAddress[0]?.advertised as AddressWords);
}

/** What clients are told to connect to. */
export function listIceServerUrls(config: Config, listening: readonly ListenAddress[]): IceServerUrls {
  const listeners = listening.map(({ transport, address }) => ({ transport, port: portOf(address) }));
  return buildIceServerUrls(chooseTurnHostname(config), listeners);
}
