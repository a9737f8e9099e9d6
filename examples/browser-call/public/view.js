const TITLE = 'A call through the relay';

/** Keeps the line that it stands on. */
const NOTHING = '\u00a0';

/** What a state is called in the title, and which of the buttons it has. */
const STATES = {
  starting: { title: 'Starting', hangUp: false, retry: '' },
  waiting: { title: 'Waiting', hangUp: false, retry: '' },
  calling: { title: 'Calling', hangUp: true, retry: '' },
  relayed: { title: 'Connected', hangUp: true, retry: '' },
  stalled: { title: 'No media', hangUp: true, retry: 'Try again' },
  lost: { title: 'Reconnecting', hangUp: true, retry: 'Try again' },
  failed: { title: 'Failed', hangUp: true, retry: 'Try again' },
  unreachable: { title: 'Failed', hangUp: false, retry: '' },
  full: { title: 'Room full', hangUp: false, retry: 'Try again' },
  ended: { title: 'Hung up', hangUp: false, retry: 'Call again' },
};

/** @param {string} id */
export const element = (id) => document.getElementById(id);

/**
 * Says how the call is, in a sentence, in the title, and by what can be done about it.
 * @param {keyof typeof STATES} state
 * @param {string} sentence
 */
export function showStatus(state, sentence) {
  const { title, hangUp, retry } = STATES[state];
  // A screen reader reads it out when it changes, and only then.
  showSentence(element('status'), sentence);
  document.documentElement.dataset.state = state;
  document.title = `${title} – ${TITLE}`;
  element('hang-up').hidden = !hangUp;
  element('retry').hidden = retry === '';
  setText('retry', retry);
  if (state === 'relayed') {
    element('remote').hidden = false;
  }
}

/** @returns {keyof typeof STATES} */
export const shownState = () => document.documentElement.dataset.state;

/** The picture of the other tab shows once it comes through the relay, and stays, dimmed, when it stops. */
export function showRemote(stream) {
  element('remote').srcObject = stream;
  element('remote').hidden = stream === null || shownState() !== 'relayed';
}

/** @param {string} room */
export function showRoom(room) {
  history.replaceState(null, '', `#${room}`);
  element('link').href = location.href;
  element('link').textContent = location.href;
}

/** @param {string | undefined} username */
export function showUsername(username) {
  element('credential').hidden = username === undefined;
  if (username !== undefined) {
    setText('username', `${username.slice(0, 6)}…${username.slice(-6)}`);
    const command = `npm run --silent taciturn -- credential revoke ${username}`;
    if (element('revocation').textContent !== command) {
      setText('revocation', command);
      setText('copied', '');
    }
  }
}

/**
 * @param {Awaited<ReturnType<typeof import('./path-stats.js').readPath>>} path undefined while nothing is connected
 * @param {string | undefined} peerProtocol how the other tab reaches its relay, as it said
 */
export function showPath(path, peerProtocol) {
  const texts = {
    'own-transport': path?.relayProtocol?.toUpperCase() ?? NOTHING,
    'own-relay': path?.ownRelay,
    // RFC 8656: what relays send to each other is UDP, however they are reached.
    'relays-transport': path ? 'UDP' : NOTHING,
    'peer-relay': path?.peerRelay,
    'peer-transport': (path && peerProtocol?.toUpperCase()) ?? NOTHING,
    types: path && `${path.localType} ↔ ${path.remoteType}`,
    'round-trip': path?.roundTripSeconds === undefined ? undefined : `${(path.roundTripSeconds * 1000).toFixed(1)} ms`,
    sent: path && formatBytes(path.bytesSent),
    'packets-sent': formatPackets(path?.packetsSent),
    received: path && formatBytes(path.bytesReceived),
    'packets-received': formatPackets(path?.packetsReceived),
  };
  for (const [id, text] of Object.entries(texts)) {
    setText(id, text ?? '–');
  }
}

/** Writes a sentence whose commands stand between backticks. */
function showSentence(target, sentence) {
  const parts = sentence.split('`').map((text, index) => {
    if (index % 2 === 0) {
      return text;
    }
    const code = document.createElement('code');
    code.textContent = text;
    return code;
  });
  if (target.textContent !== sentence.replaceAll('`', '')) {
    target.replaceChildren(...parts);
  }
}

function setText(id, text) {
  if (element(id).textContent !== text) {
    element(id).textContent = text;
  }
}

function formatBytes(bytes) {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function formatPackets(packets) {
  return packets === undefined ? '' : `${packets.toLocaleString('en')} packets`;
}
