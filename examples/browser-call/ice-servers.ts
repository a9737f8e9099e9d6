/** What the back end needs to know of the TURN service: three lines of configuration, kept on the server. */
export interface TurnService {
  /** Where the service answers, without a slash at the end: `http://127.0.0.1:8787`. */
  readonly url: string;
  readonly keyUid: string;
  /** The TURN key's API token. It never reaches a browser. */
  readonly keyToken: string;
}

/** A call may last longer: the page fetches fresh credentials before these expire. */
const TTL_SECONDS = 3600;
const TIMEOUT_MS = 10_000;

/** The service gave no credentials; the message is a sentence for people, and says what to do. */
export class NoCredentials extends Error {}

/**
 * Asks the service for credentials of one visitor. The answer goes verbatim into `new RTCPeerConnection(answer)`.
 * @throws {NoCredentials} when the service refuses or cannot be reached.
 */
export async function generateIceServers(service: TurnService, visitor: string): Promise<string> {
  const { status, text } = await post(service, { ttl: TTL_SECONDS, customIdentifier: visitor });
  if (status === 201) {
    return text;
  }
  if (status === 401) {
    throw new NoCredentials(
      `The TURN service at ${service.url} refused the TURN key. Check TACITURN_KEY_UID and TACITURN_KEY_TOKEN, or ` +
        'whether the key was deleted: `npm run --silent taciturn -- key create --name example` makes another.',
    );
  }
  throw new NoCredentials(
    `The TURN service at ${service.url} answered ${status}${describeRefusal(text)} ` +
      "Check TACITURN_URL and the service's log.",
  );
}

async function post(service: TurnService, body: object): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(`${service.url}/v1/turn/keys/${service.keyUid}/credentials/generate-ice-servers`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${service.keyToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const sentence = `The TURN service at ${service.url} cannot be reached: start it with \`npm start\`.`;
    throw new NoCredentials(sentence, { cause: error });
  }
}

/** The service's own sentence, where it gave one. */
function describeRefusal(text: string): string {
  try {
    const { errorDescription } = JSON.parse(text) as { errorDescription?: unknown };
    return typeof errorDescription === 'string' ? `: ${errorDescription}` : '.';
  } catch {
    return '.';
  }
}
