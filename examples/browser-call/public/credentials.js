import { randomName } from './random-name.js';

const PAUSE_MS = 3000;

/** The URLs of each transport. */
const TRANSPORTS = {
  any: () => true,
  udp: (url) => url.endsWith('transport=udp'),
  tcp: (url) => url.startsWith('turn:') && url.endsWith('transport=tcp'),
  tls: (url) => url.startsWith('turns:'),
};

/**
 * Asks the back end for fresh credentials, again and again until it gives some.
 * @param {object} options
 * @param {string} options.transport a key of TRANSPORTS
 * @param {AbortSignal} options.signal ends the asking
 * @param {(sentence: string) => void} options.onTrouble why it has to ask again
 * @returns {Promise<RTCConfiguration | undefined>} for a connection that goes through the relay; undefined once aborted
 */
export async function fetchConfiguration({ transport, signal, onTrouble }) {
  while (!signal.aborted) {
    try {
      const iceServers = await fetchIceServers();
      return signal.aborted
        ? undefined
        : { iceServers: keepTransport(iceServers, transport), iceTransportPolicy: 'relay' };
    } catch (error) {
      if (!signal.aborted) {
        onTrouble(`${error.message} Trying again every few seconds.`);
        await pause(signal);
      }
    }
  }
  return undefined;
}

/**
 * The username in a configuration: what a credential is revoked by.
 * @param {RTCConfiguration} configuration
 */
export function usernameOf({ iceServers }) {
  return iceServers.find(({ username }) => username)?.username;
}

async function fetchIceServers() {
  sessionStorage.visitor ??= `visitor-${randomName(4)}`;
  const { visitor } = sessionStorage;
  let response;
  try {
    response = await fetch('/ice-servers', { method: 'POST', body: JSON.stringify({ visitor }) });
  } catch {
    throw new Error('The example does not answer: start it with `npm run example`.');
  }
  const answer = await response.json().catch(() => undefined);
  if (!response.ok || !Array.isArray(answer?.iceServers)) {
    throw new Error(answer?.error ?? `The example answered ${response.status} without credentials.`);
  }
  return answer.iceServers;
}

/** With any transport the answer is used as it came; else only the URLs of the one that was chosen are kept. */
function keepTransport(iceServers, transport) {
  return iceServers
    .map((server) => ({ ...server, urls: server.urls.filter(TRANSPORTS[transport]) }))
    .filter(({ urls }) => urls.length > 0);
}

/** Waits before something is tried again; the signal ends the waiting. */
function pause(signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PAUSE_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
