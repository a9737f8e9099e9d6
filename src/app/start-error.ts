import { StoreError } from '../control/errors.ts';

/** Why the service cannot start or go on: a whole sentence for the operator, with what to do about it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The sentence for a listener that the system refused, `what` being the listener and `setting` where to change it. */
export function explainListenFailure(error: unknown, what: string, setting: string): StartError {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  switch (code) {
    case 'EADDRINUSE':
      return new StartError(`${what}: another program uses this port. Stop it, or choose another with ${setting}.`);
    case 'EACCES':
      return new StartError(
        `${what}: this user may not use the port. Ports below 1024 take root or CAP_NET_BIND_SERVICE; or choose another with ${setting}.`,
      );
    case 'EADDRNOTAVAIL':
      return new StartError(`${what}: this machine does not have the address. Choose one that it has with ${setting}.`);
    default:
      return new StartError(`${what}: ${message ?? String(error)}.`);
  }
}

/**
 * A failure of the store as what it means for a start: its own words are those for a service that runs, which relays on
 * and tries again. Others as they are.
 */
export function explainStoreFailure(error: unknown, folder: string): unknown {
  if (!(error instanceof StoreError)) {
    return error;
  }
  switch (error.code) {
    case 'disk-full':
      return new StartError(
        `The disk that holds the data folder ${folder} is full, so the service cannot start. Free some space, and start it again.`,
        { cause: error },
      );
    case 'database-locked':
      return new StartError(
        `Another process holds the database in ${folder}, so the service cannot start. Close what has it open (a database shell, a backup), and start it again.`,
        { cause: error },
      );
    case 'storage-failed':
      return new StartError(
        `The operating system reported an error while reading or writing in ${folder}, so the service cannot start. Look at the disk and the system log.`,
        { cause: error },
      );
    default:
      return error;
  }
}
