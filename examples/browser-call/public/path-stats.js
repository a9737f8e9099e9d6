/**
 * What the browser itself says about the pair of candidates that it sends on.
 * @param {RTCPeerConnection} connection
 * @returns undefined while there is no such pair
 */
export async function readPath(connection) {
  const reports = await connection.getStats();
  const transport = [...reports.values()].find(({ type }) => type === 'transport');
  // Firefox marks the pair itself.
  const pair =
    reports.get(transport?.selectedCandidatePairId) ?? [...reports.values()].find(({ selected }) => selected);
  const local = reports.get(pair?.localCandidateId);
  const remote = reports.get(pair?.remoteCandidateId);
  if (local === undefined || remote === undefined) {
    return undefined;
  }
  return {
    pair: pair.id,
    localType: local.candidateType,
    remoteType: remote.candidateType,
    /** How this tab reaches its relay: udp, tcp or tls. */
    relayProtocol: local.relayProtocol,
    ownRelay: formatAddress(local),
    peerRelay: formatAddress(remote),
    bytesSent: pair.bytesSent,
    bytesReceived: pair.bytesReceived,
    /** Not every browser counts packets. */
    packetsSent: pair.packetsSent,
    packetsReceived: pair.packetsReceived,
    roundTripSeconds: pair.currentRoundTripTime,
  };
}

function formatAddress({ address, port }) {
  if (!address) {
    return '–';
  }
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
