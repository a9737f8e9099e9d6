import { Type } from 'typebox';
import { type Cidr, parseCidr } from '../base/cidr.ts';
import { formatIp, formatTransportAddress, parseIp, parseTransportAddress } from '../base/ip.ts';
import { RELAY_PORT_MIN } from '../base/limits.ts';
import { type AddressWords, familyOf } from '../base/socket-address.ts';
import { wrongScalar } from './scalar-kinds.ts';
import type { Kind } from './setting.ts';

/** Where TURN clients connect. */
export interface TurnListener {
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly address: AddressWords;
}

/** An address that relayed transport addresses are made on, and how the outside knows it; both have port 0. */
export interface RelayAddress {
  readonly bind: AddressWords;
  readonly advertised: AddressWords;
}

/** The first and the last port that may be relayed from. */
export interface PortRange {
  readonly min: number;
  readonly max: number;
}

/** A range of addresses, with the text that named it. */
export interface NamedCidr {
  readonly cidr: Cidr;
  readonly text: string;
}

/** `127.0.0.1:8787` or `[::1]:8787`. */
export const transportAddressKind: Kind<AddressWords> = textual(
  'an IP address and a port, such as 127.0.0.1:8787 or [::1]:8787',
  parseTransportAddress,
  (words) => formatTransportAddress(words),
);

/** `udp://0.0.0.0:3478`. */
export const turnListenerKind: Kind<TurnListener> = textual(
  'udp://, tcp:// or tls:// with an IP address and a port, such as udp://0.0.0.0:3478 or tls://[::]:5349',
  (text) => {
    const match = /^(udp|tcp|tls):\/\/(.+)$/.exec(text);
    const address = parseTransportAddress(match?.[2] ?? '');
    return match === null || address === undefined
      ? undefined
      : { transport: match[1] as TurnListener['transport'], address };
  },
  ({ transport, address }) => `${transport}://${formatTransportAddress(address)}`,
);

/** `10.0.0.5` or `10.0.0.5=203.0.113.7`. */
export const relayAddressKind: Kind<RelayAddress> = textual(
  'an IP address of this machine, or bind=advertised with two of the same family, such as 10.0.0.5=203.0.113.7',
  (text) => {
    const [bindText = '', advertisedText = bindText, ...rest] = text.split('=');
    const bind = parseIp(bindText);
    const advertised = parseIp(advertisedText);
    if (rest.length > 0 || bind === undefined || advertised === undefined || familyOf(bind) !== familyOf(advertised)) {
      return undefined;
    }
    return isUnspecified(bind) || isUnspecified(advertised) ? undefined : { bind, advertised };
  },
  ({ bind, advertised }) => {
    const [bindText, advertisedText] = [formatIp(bind), formatIp(advertised)];
    return bindText === advertisedText ? bindText : `${bindText}=${advertisedText}`;
  },
);

/** `49152-65535`. */
export const portRangeKind: Kind<PortRange> = textual(
  `a range of ports from ${RELAY_PORT_MIN} to 65535, such as 49152-65535`,
  (text) => {
    const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
    const [min, max] = [Number(match?.[1]), Number(match?.[2])];
    return match !== null && min >= RELAY_PORT_MIN && min <= max && max <= 65535 ? { min, max } : undefined;
  },
  ({ min, max }) => `${min}-${max}`,
);

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. */
export const cidrKind: Kind<NamedCidr> = textual(
  'an address range whose host bits are zero, such as 10.0.0.0/8, 192.0.2.7 or fd00::/8',
  (text) => {
    const cidr = parseCidr(text);
    return cidr === undefined ? undefined : { cidr, text };
  },
  ({ text }) => text,
);

/** A DNS name or an IP address without a port. */
export const hostKind: Kind<string> = textual(
  'a DNS name or an IP address, without a port',
  (text) => (parseIp(text) !== undefined || isDnsName(text) ? text : undefined),
  (text) => text,
);

function textual<Value>(
  expected: string,
  read: (text: string) => Value | undefined,
  format: (value: Value) => string,
): Kind<Value> {
  return {
    schema: Type.String({ minLength: 1 }),
    expected,
    parse: (input) => {
      const value = typeof input === 'string' ? read(input) : undefined;
      return value === undefined ? wrongScalar(input) : { ok: true, value };
    },
    format,
  };
}

function isUnspecified(words: AddressWords): boolean {
  return words[1] === 0 && words[2] === 0 && words[3] === 0 && words[4] === 0;
}

function isDnsName(text: string): boolean {
  const labels = text.replace(/\.$/, '').split('.');
  // A last label of digits alone would be read as an IPv4 address by some client (RFC 3986 §3.2.2's ambiguity).
  return (
    text.length <= 253 &&
    labels.every((label) => /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? '')
  );
}
