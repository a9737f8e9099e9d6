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
