import type { HttpContext } from './http-context.ts';
import type { IceServerUrls } from './ice-server-urls.ts';
import { HttpProblem } from './problem.ts';

/**
 * What clients are told to connect to. A browser throws at a server without URLs, so a credential for a relay that does not
 * listen yet is none.
 * @throws {HttpProblem} `unavailable`.
 */
export function requireIceServerUrls({ readIceServerUrls }: HttpContext): IceServerUrls {
  const urls = readIceServerUrls();
  if (urls.turn.length === 0) {
    throw new HttpProblem('unavailable', { description: 'The relay does not listen yet. Try again later.' });
  }
  return urls;
}
