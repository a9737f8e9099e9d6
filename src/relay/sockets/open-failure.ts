import type { OpenFailure } from './datagram-sockets.ts';

/** What an error code of the system means for a socket that did not open. */
export function openFailureOf(code: string | undefined): OpenFailure {
  switch (code) {
    case 'EADDRINUSE':
      return 'in-use';
    case 'EACCES':
    case 'EPERM':
      return 'forbidden';
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOBUFS':
    case 'ENOMEM':
      return 'exhausted';
    default:
      return 'unavailable';
  }
}
