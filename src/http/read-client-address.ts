import type { FastifyRequest } from 'fastify';
import { formatIp, parseIp } from '../base/ip.ts';
import type { ClientAddress } from '../control/actor.ts';

/**
 * The address that a request came from, in its canonical text: that of the connection, or what a trusted proxy says.
 * Undefined when that is no address. IPv4 that came in by a socket of both families is written as IPv4.
 */
export function readClientAddress({ ip }: Pick<FastifyRequest, 'ip'>): ClientAddress {
  const words = parseIp(ip.replace(/^::ffff:(?=\d+\.)/i, ''));
  return words && formatIp(words);
}
