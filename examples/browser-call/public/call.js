import { fetchConfiguration, usernameOf } from './credentials.js';
import { describeNoRelay } from './describe-no-relay.js';

/** Credentials are fetched again this long before they expire. */
const RENEWAL_MARGIN_MS = 5 * 60_000;
const TTL_MS = 3600_000;

/** A relay that could not be reached for a call that was lost is tried again after this. */
const RETRY_MS = 3000;
const SETTLING_MS = 300;

/** An error of a candidate below this is the relay's own answer; from here on the relay was not reached. */
const UNREACHED = 700;

/** One side of a call in which every packet goes through the relay. */
export class Call {
  /**
   * @param {object} options
   * @param {MediaStream} options.stream what this side sends
   * @param {boolean} options.calls makes the first offer, and gives way when both sides offer at once later
   * @param {string} options.transport any, udp, tcp or tls
   * @param {AbortSignal} options.signal ends the call
   * @param {(message: object) => Promise<void>} options.send to the other side
   * @param {(stream: MediaStream) => void} options.onStream what the other side sends
   * @param {(state: string) => void} options.onState the state of the connection
   * @param {(username: string) => void} options.onCredentials the username of those that are used from now on
   * @param {(sentence: string) => void} options.onTrouble why there is no connection
   * @returns {Promise<Call | undefined>} undefined when it was ended before it began
   */
  static async start(options) {
    const configuration = await fetchConfiguration(options);
    if (configuration === undefined) {
      return undefined;
    }
    options.onCredentials(usernameOf(configuration));
    const call = new Call(options, configuration);
    if (options.calls) {
      call.addTracks();
    }
    return call;
  }

  constructor(options, configuration) {
    this.options = options;
    this.makingOffer = false;
    this.ignoringOffer = false;
    this.renewing = false;
    this.relayCandidates = 0;
    this.refusal = undefined;
    this.connection = new RTCPeerConnection(configuration);
    this.connection.onicecandidate = ({ candidate }) => this.tellCandidate(candidate);
    this.connection.onicecandidateerror = (error) => {
      this.refusal = error.errorCode < UNREACHED ? error : this.refusal;
    };
    this.connection.onicegatheringstatechange = () => this.followGathering();
    this.connection.ontrack = ({ streams }) => options.onStream(streams[0]);
    this.connection.onnegotiationneeded = () => this.offer();
    this.connection.onconnectionstatechange = () => this.followState();
    const renewal = setInterval(() => this.renewOrTell(), TTL_MS - RENEWAL_MARGIN_MS);
    options.signal.addEventListener('abort', () => {
      clearInterval(renewal);
      this.connection.close();
    });
  }

  /** Fresh credentials, and new paths through the relay, in the same connection. */
  async renew() {
    if (this.renewing) {
      return;
    }
    this.renewing = true;
    const configuration = await fetchConfiguration(this.options);
    this.renewing = false;
    if (configuration !== undefined) {
      this.options.onCredentials(usernameOf(configuration));
      this.connection.setConfiguration(configuration);
      this.connection.restartIce();
    }
  }

  renewOrTell() {
    this.renew().catch((error) => this.options.onTrouble(error.message));
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

  async offer() {
    this.makingOffer = true;
    try {
      await this.connection.setLocalDescription();
      await this.options.send({ description: this.connection.localDescription });
    } finally {
      this.makingOffer = false;
    }
  }

  tellCandidate(candidate) {
    if (candidate?.candidate) {
      this.relayCandidates += 1;
    }
    this.options.send({ candidate });
  }

  /** The browser says nothing when it finds no relay: the connection just never comes. */
  followGathering() {
    const state = this.connection.iceGatheringState;
    if (state === 'gathering') {
      this.relayCandidates = 0;
      this.refusal = undefined;
    } else if (state === 'complete') {
      // An offer that gives way to the other side's ends its gathering, too, and the next begins at once.
      setTimeout(() => this.judgeGathering(), SETTLING_MS);
    }
  }

  judgeGathering() {
    const { iceGatheringState, connectionState } = this.connection;
    const isOver = iceGatheringState === 'complete' && !this.renewing && !this.options.signal.aborted;
    if (isOver && this.relayCandidates === 0 && connectionState !== 'connected') {
      const isOffered = this.connection.getConfiguration().iceServers.length > 0;
      this.options.onTrouble(describeNoRelay(this.options.transport, isOffered, this.refusal));
      if (connectionState === 'disconnected' || connectionState === 'failed') {
        setTimeout(() => this.renewOrTell(), RETRY_MS);
      }
    }
  }

  followState() {
    const state = this.connection.connectionState;
    this.options.onState(state);
    // A relay that ended the call says so to nobody: waiting for "failed" would only take longer.
    if (state === 'disconnected' || state === 'failed') {
      this.renewOrTell();
    }
  }
}
