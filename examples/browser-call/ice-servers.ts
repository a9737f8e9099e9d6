/** What the back end needs to know of the TURN service: three lines of configuration, kept on the server. */
export interface TurnService {
  /** Where the service answers: `http://127.0.0.1:8787`. */
  readonly url: string;
  readonly keyUid: string;
  /** The TURN key's API token. It never reaches a browser. */
  readonly keyToken: string;
}

/** A call may last longer: the page fetches fresh credentials before these expire. */
const TTL_SECONDS = 3600;

/**
 * Asks the service for credentials of one visitor. The answer goes verbatim into `new RTCPeerConnection(answer)`.
 * @throws {Error} when the service refuses or cannot be reached.
 */
export async function generateIceServers(service: TurnService, visitor: string): Promise<string> {
  const response = await fetch(`${service.url}/v1/turn/keys/${service.keyUid}/credentials/generate-ice-servers`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${service.keyToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ ttl: TTL_SECONDS, customIdentifier: visitor }),
  });
  const body = await response.text();
  if (response.status !== 201) {
    throw new Error(`the TURN service answered ${response.status}: ${body}`);
  }
  return body;
}
