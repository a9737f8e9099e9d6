import { parseDecimal } from '../base/ip.ts';
import type { LoadTransport } from './load-options.ts';

/** Where a TURN URI leads. */
export interface TurnUrl {
  /** An IP address without brackets, or a name. */
  readonly host: string;
  readonly port: number;
  readonly transport: LoadTransport;
}

/** RFC 7065 §3.2, and the defaults of RFC 8656 §3.1. */
const PORT_DEFAULT = 3478;
const PORT_DEFAULT_TLS = 5349;

/**
 * Reads a `turn:` or `turns:` URI (RFC 7065). `turns:` is TLS over TCP: this project has no DTLS.
 * @returns undefined for anything else.
 */
export function parseTurnUrl(text: string): TurnUrl | undefined {
  const match = /^(turns?):(\[[0-9a-f:.]+\]|[^:?#/[\]\s]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/i.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, scheme = '', host = '', portText, transportText] = match;
  const isTls = scheme.toLowerCase() === 'turns';
  const wished = transportText?.toLowerCase() ?? (isTls ? 'tcp' : 'udp');
  const port = portText === undefined ? (isTls ? PORT_DEFAULT_TLS : PORT_DEFAULT) : parseDecimal(portText, 0xffff);
  if (port < 1 || (isTls && wished === 'udp')) {
    return undefined;
  }
  return { host: host.replace(/^\[|\]$/g, ''), port, transport: isTls ? 'tls' : (wished as 'udp' | 'tcp') };
}
