/**
 * Why there may be no relay, in the order in which it is known for sure: the browser itself says nothing.
 * @param {string} transport any, udp, tcp or tls
 * @param {boolean} isOffered whether the service named a URL of that transport
 * @param {{ errorCode: number, errorText: string } | undefined} refusal the relay's own answer
 */
export function describeNoRelay(transport, isOffered, refusal) {
  const over = transport === 'any' ? 'any transport' : transport.toUpperCase();
  if (!isOffered) {
    return `The service offers no ${over}: it does not listen for it. Choose another transport.`;
  }
  if (refusal !== undefined) {
    return `The relay refused with ${refusal.errorCode} (${refusal.errorText}).`;
  }
  if (transport === 'tls') {
    return (
      'No relay is reachable over TLS: browsers refuse a self-signed certificate. ' +
      'Choose another transport, or give the service a certificate that the browser trusts. If it has one, is its port open?'
    );
  }
  return `No relay is reachable over ${over}: is the service running, and are its ports open?`;
}
