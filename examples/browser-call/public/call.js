/** Credentials are fetched again this long before they expire. */
const RENEWAL_MARGIN_MS = 5 * 60_000;
const TTL_MS = 3600_000;

/** The URLs of each transport. */
const TRANSPORTS = {
  any: () => true,
  udp: (url) => url.endsWith('transport=udp'),
  tcp: (url) => url.startsWith('turn:') && url.endsWith('transport=tcp'),
  tls: (url) => url.startsWith('turns:'),
};

/** One side of a call in which every packet goes through the relay. */
export class Call {
  /**
   * @param {object} options
   * @param {MediaStream} options.stream what this side sends
   * @param {boolean} options.calls makes the first offer, and gives way when both sides offer at once later
   * @param {string} options.transport a key of TRANSPORTS
   * @param {(message: object) => Promise<void>} options.send to the other side
   * @param {(stream: MediaStream) => void} options.onStream what the other side sends
   * @param {(state: string) => void} options.onState the state of the connection
   */
  static async start(options) {
    const call = new Call(options, await fetchConfiguration(options.transport));
    if (options.calls) {
      call.addTracks();
    }
    return call;
  }

  constructor(options, configuration) {
    this.options = options;
    this.makingOffer = false;
    this.ignoringOffer = false;
    this.connection = new RTCPeerConnection(configuration);
    this.connection.onicecandidate = ({ candidate }) => options.send({ candidate });
    this.connection.ontrack = ({ streams }) => options.onStream(streams[0]);
    this.connection.onnegotiationneeded = () => this.offer();
    this.connection.onconnectionstatechange = () => this.followState();
    this.renewal = setInterval(() => this.renewOrTell(), TTL_MS - RENEWAL_MARGIN_MS);
  }

  /** Fresh credentials, and new paths through the relay, in the same connection. */
  async renew() {
    this.connection.setConfiguration(await fetchConfiguration(this.options.transport));
    this.connection.restartIce();
  }

  renewOrTell() {
    this.renew().catch((error) => this.options.onState('failed', error.message));
  }

  async receive({ description, candidate }) {
    if (description) {
      const collides =
        description.type === 'offer' && (this.makingOffer || this.connection.signalingState !== 'stable');
      this.ignoringOffer = collides && !this.options.calls;
      if (this.ignoringOffer) {
        return;
      }
      await this.connection.setRemoteDescription(description);
      if (description.type === 'offer') {
        this.addTracks();
        await this.connection.setLocalDescription();
        await this.options.send({ description: this.connection.localDescription });
      }
    } else if (candidate && this.connection.remoteDescription && !this.ignoringOffer) {
      // A candidate without a description before it is the last word of a former call.
      await this.connection.addIceCandidate(candidate);
    }
  }

  /** Adding tracks asks for an offer; the side that is called adds them to its answer. */
  addTracks() {
    if (this.connection.getSenders().every(({ track }) => track === null)) {
      for (const track of this.options.stream.getTracks()) {
        this.connection.addTrack(track, this.options.stream);
      }
    }
  }

  end() {
    clearInterval(this.renewal);
    this.connection.close();
  }

  async offer() {
    this.makingOffer = true;
    try {
      await this.connection.setLocalDescription();
      await this.options.send({ description: this.connection.localDescription });
    } finally {
      this.makingOffer = false;
    }
  }

  followState() {
    const state = this.connection.connectionState;
    this.options.onState(state);
    if (state === 'failed') {
      this.renewOrTell();
    }
  }
}

async function fetchConfiguration(transport) {
  sessionStorage.visitor ??= `visitor-${crypto.randomUUID().slice(0, 8)}`;
  const { visitor } = sessionStorage;
  const response = await fetch('/ice-servers', { method: 'POST', body: JSON.stringify({ visitor }) });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.error);
  }
  // With any transport the answer is used as it came; else only the URLs of the one that was chosen are kept.
  const iceServers = answer.iceServers
    .map((server) => ({ ...server, urls: server.urls.filter(TRANSPORTS[transport]) }))
    .filter(({ urls }) => urls.length > 0);
  return { iceServers, iceTransportPolicy: 'relay' };
}
