import { formatIp } from '../base/ip.ts';
import { specialKindOf } from '../base/special-addresses.ts';
import type { Config } from '../config/settings.ts';

/**
 * Who reaches addresses that are not the internet's, by their kind; all other special ones, be they private or reserved for
 * documents, are told alike.
 */
const REACHED_BY: Readonly<Record<string, string>> = {
  loopback: 'loopback: only this machine reaches',
  'link-local': 'link-local: only the same link reaches',
};
const REACHED_BY_FEW = 'not public: the internet cannot reach';

/** What the operator should know about the configuration, one sentence or two each; the service runs all the same. */
export function listStartNotices(config: Config): readonly string[] {
  return [...noticeUnreachableRelays(config), ...noticeSelfSigned(config)];
}

function noticeUnreachableRelays({ turn }: Config): readonly string[] {
  const addresses = new Map<string, string[]>();
  for (const { advertised } of turn.relayAddress) {
    const kind = specialKindOf(advertised);
    if (kind !== undefined) {
      const reach = REACHED_BY[kind] ?? REACHED_BY_FEW;
      addresses.set(reach, [...(addresses.get(reach) ?? []), formatIp(advertised)]);
    }
  }
  const sentences = [...addresses].map(([reach, texts]) =>
    texts.length === 1
      ? `The relay address ${texts[0]} is ${reach} it.`
      : `The relay addresses ${texts.join(' and ')} are ${reach} them.`,
  );
  return sentences.length === 0
    ? []
    : [
        `${sentences.join(' ')} Where clients are elsewhere, set TACITURN_TURN_RELAY_ADDRESS to a public address, or to BIND=ADVERTISED behind a one-to-one NAT.`,
      ];
}

function noticeSelfSigned({ tls, turn }: Config): readonly string[] {
  const hasTls = turn.listen.some(({ transport }) => transport === 'tls');
  return hasTls && tls.certificate === undefined
    ? [
        'The TLS certificate is self-signed, and browsers refuse it. Set TACITURN_TLS_CERTIFICATE and TACITURN_TLS_KEY to one of an authority.',
      ]
    : [];
}
