import { formatIp } from '../base/ip.ts';
import type { Config } from '../config/settings.ts';
import { specialKindOf } from '../turn/special-addresses.ts';

/** Kinds of addresses that nobody on the internet reaches. */
const UNREACHABLE_REASONS: Readonly<Record<string, string>> = {
  loopback: 'a loopback address, which only this machine reaches',
  'link-local': 'a link-local address, which the internet cannot reach',
};

/** What the operator should know about the configuration, one sentence or two each; the service runs all the same. */
export function listStartNotices(config: Config): readonly string[] {
  return [...noticeUnreachableRelays(config), ...noticeSelfSigned(config)];
}

function noticeUnreachableRelays({ turn }: Config): readonly string[] {
  const notices = turn.relayAddress.flatMap(({ advertised }) => {
    const kind = specialKindOf(advertised);
    const reason = kind && (UNREACHABLE_REASONS[kind] ?? 'a private address, which the internet cannot reach');
    return reason === undefined ? [] : [`the relay address ${formatIp(advertised)} is ${reason}`];
  });
  return notices.length === 0
    ? []
    : [
        `${capitalise(notices.join('; '))}. Where clients are elsewhere, set TACITURN_TURN_RELAY_ADDRESS to a public address, or to BIND=ADVERTISED behind a one-to-one NAT.`,
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

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
