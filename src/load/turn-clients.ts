import { readU16 } from '../base/bytes.ts';
import type { Hashes } from '../base/hash.ts';
import { ADDRESS_WORDS } from '../base/socket-address.ts';
import { readXorAddress } from '../stun/attributes/address.ts';
import { readErrorCode } from '../stun/attributes/error-code.ts';
import { readText } from '../stun/attributes/text.ts';
import { verifyIntegrity } from '../stun/integrity.ts';
import { TRANSACTION_ID_BYTES } from '../stun/message-layout.ts';
import { CLASS_ERROR, CLASS_SUCCESS, methodOfMessageType } from '../stun/message-type.ts';
import { MessageView } from '../stun/message-view.ts';
import {
  ATTRIBUTE_ERROR_CODE,
  ATTRIBUTE_NONCE,
  ATTRIBUTE_REALM,
  ATTRIBUTE_XOR_RELAYED_ADDRESS,
} from '../stun/registry/attributes.ts';
import { ERROR_ALLOCATION_MISMATCH, ERROR_STALE_NONCE, ERROR_UNAUTHENTICATED } from '../stun/registry/error-codes.ts';
import {
  METHOD_ALLOCATE,
  METHOD_CHANNEL_BIND,
  METHOD_CREATE_PERMISSION,
  METHOD_REFRESH,
} from '../stun/registry/methods.ts';
import { describeRefusal, type RefusedRequest } from './describe-refusal.ts';
import type { ClientLegs } from './endpoint-handler.ts';
import type { FlowTable } from './flow-table.ts';
import type { ClientEvents, LoadClients } from './load-clients.ts';
import { type LoadClock, TICKS_PER_US } from './load-clock.ts';
import type { LoadMode } from './load-options.ts';
import type { Challenge, RequestWriter } from './request-writer.ts';
import type { ErrorCounts } from './traffic-counts.ts';

/** RFC 8489 §6.2.1: the first retransmission after 500 ms, each later one after twice the time before it. */
const RETRANSMIT_TICKS = 500_000 * TICKS_PER_US;
const SENDS_MAX = 6;
/** RFC 8489 §6.2.2: a stream retransmits by itself, and this is how long an answer may take. */
const STREAM_ANSWER_TICKS = 10_000_000 * TICKS_PER_US;
/** 401 or 438 in a row that a client puts up with. */
const CHALLENGES_MAX = 4;

/** What a client does. `ready`: its allocation, and its channel or permission, are there. */
type ClientState = 'idle' | 'connecting' | 'allocating' | 'binding' | 'ready' | 'releasing' | 'failed';

interface Client {
  state: ClientState;
  challenge: Challenge | undefined;
  challenges: number;
  request: Uint8Array;
  sends: number;
  sentAt: number;
  beganAt: number;
  /** Why it fails as soon as its allocation is released. */
  failure: string | undefined;
}

const NO_REQUEST = new Uint8Array(0);

export interface TurnClientsOptions {
  readonly mode: LoadMode;
  readonly isStream: boolean;
  readonly legs: ClientLegs;
  readonly flows: FlowTable;
  readonly requests: RequestWriter;
  readonly hashes: Hashes;
  readonly clock: Pick<LoadClock, 'now'>;
  readonly errors: ErrorCounts;
  readonly events: ClientEvents;
}

/** The transactions of all clients: connect, Allocate (401, then 200), a channel or a permission, and later Refresh(0). */
export class TurnClients implements LoadClients {
  retransmissions = 0;
  readonly #options: TurnClientsOptions;
  readonly #clients: Client[];
  readonly #view = new MessageView();
  /** Clients that wait for an answer or a connection. */
  readonly #waiting = new Set<number>();

  constructor(options: TurnClientsOptions) {
    this.#options = options;
    this.#clients = Array.from({ length: options.flows.allocationCount }, () => ({
      state: 'idle',
      challenge: undefined,
      challenges: 0,
      request: NO_REQUEST,
      sends: 0,
      sentAt: 0,
      beganAt: 0,
      failure: undefined,
    }));
  }

  start(index: number): void {
    const client = this.#clientAt(index);
    client.state = 'connecting';
    client.challenge = undefined;
    client.challenges = 0;
    client.failure = undefined;
    client.beganAt = this.#options.clock.now();
    client.sentAt = client.beganAt;
    client.request = NO_REQUEST;
    this.#waiting.add(index);
    this.#options.legs.open(index);
  }

  release(index: number): void {
    this.#clientAt(index).state = 'releasing';
    this.#request(index);
    this.#options.legs.flush();
  }

  isReady(index: number): boolean {
    return this.#clientAt(index).state === 'ready';
  }

  handleLegOpened(index: number): void {
    if (this.#clientAt(index).state === 'connecting') {
      this.#clientAt(index).state = 'allocating';
      this.#request(index);
      this.#options.legs.flush();
    }
  }

  handleLegFailed(index: number, reason: string): void {
    const { state } = this.#clientAt(index);
    if (state === 'ready') {
      this.#options.errors.unexpected += 1;
    }
    if (state !== 'idle' && state !== 'failed') {
      this.#fail(index, reason);
    }
  }

  handleMessage(index: number, bytes: Uint8Array, offset: number, length: number): boolean {
    const client = this.#clientAt(index);
    const view = this.#view;
    if (view.parse(bytes, offset, length) !== undefined) {
      return false;
    }
    if (!isAnswerTo(client.request, view)) {
      // An answer to a request that was sent twice comes twice.
      return view.messageClass === CLASS_SUCCESS || view.messageClass === CLASS_ERROR;
    }
    client.request = NO_REQUEST;
    this.#waiting.delete(index);
    if (view.messageClass === CLASS_ERROR) {
      this.#handleError(index, view);
    } else {
      this.#checkIntegrity(client, view);
      this.#handleSuccess(index, view);
    }
    return true;
  }

  handleTime(): void {
    const { clock, isStream, legs } = this.#options;
    const now = clock.now();
    for (const index of this.#waiting) {
      const client = this.#clientAt(index);
      const age = now - client.sentAt;
      if (isStream || client.state === 'connecting') {
        if (age > STREAM_ANSWER_TICKS) {
          this.#fail(index, 'the server did not answer');
        }
      } else if (age > RETRANSMIT_TICKS * 2 ** (client.sends - 1)) {
        if (client.sends >= SENDS_MAX) {
          this.#fail(index, 'the server did not answer');
        } else {
          this.retransmissions += 1;
          this.#send(index, client);
        }
      }
    }
    legs.flush();
  }

  #handleSuccess(index: number, view: MessageView): void {
    const { mode, flows, legs, events } = this.#options;
    const client = this.#clientAt(index);
    if (client.state === 'allocating') {
      const relayed = view.find(ATTRIBUTE_XOR_RELAYED_ADDRESS);
      if (relayed < 0 || !readXorAddress(view, relayed, flows.relayed, index * ADDRESS_WORDS)) {
        this.#fail(index, 'the server allocated without saying where');
        return;
      }
      client.state = mode === 'allocate' ? 'releasing' : 'binding';
      this.#request(index);
      legs.flush();
    } else if (client.state === 'binding') {
      client.state = 'ready';
      events.handleReady(index);
    } else if (client.failure !== undefined) {
      this.#fail(index, client.failure);
    } else if (client.state === 'releasing') {
      client.state = 'idle';
      legs.close(index);
      events.handleReleased(index, client.beganAt);
    }
  }

  #handleError(index: number, view: MessageView): void {
    const client = this.#clientAt(index);
    const codeIndex = view.find(ATTRIBUTE_ERROR_CODE);
    const code = codeIndex < 0 ? -1 : readErrorCode(view, codeIndex);
    const isChallenge =
      code === ERROR_STALE_NONCE || (code === ERROR_UNAUTHENTICATED && client.challenge === undefined);
    if (isChallenge && client.challenges < CHALLENGES_MAX) {
      this.#handleChallenge(index, client, view);
    } else if (client.state === 'releasing' && code === ERROR_ALLOCATION_MISMATCH) {
      // The answer to the Refresh before was lost: the allocation is gone, as it should be.
      this.#handleSuccess(index, view);
    } else if (client.state === 'binding') {
      // Its allocation would outlive this run, and count against the credential in the next.
      client.failure = describeRefusal(requestOf(client.state), code);
      this.release(index);
    } else {
      this.#fail(index, client.failure ?? describeRefusal(requestOf(client.state), code));
    }
  }

  #handleChallenge(index: number, client: Client, view: MessageView): void {
    const nonceIndex = view.find(ATTRIBUTE_NONCE);
    const realmIndex = view.find(ATTRIBUTE_REALM);
    const nonce = nonceIndex < 0 ? undefined : readText(view, nonceIndex);
    const realm = realmIndex < 0 ? client.challenge?.realm : readText(view, realmIndex);
    if (nonce === undefined || realm === undefined) {
      this.#fail(index, 'the server asked for authentication without a realm and a nonce');
      return;
    }
    client.challenges += 1;
    client.challenge = { realm, nonce };
    this.#request(index);
    this.#options.legs.flush();
  }

  #checkIntegrity({ challenge }: Client, view: MessageView): void {
    const { hashes, requests, errors } = this.#options;
    // RFC 8489 §9.2.4: an answer to a request with integrity has it too. A server without authentication never challenges.
    if (challenge !== undefined && !verifyIntegrity(hashes, view, requests.keyOf(challenge.realm))) {
      errors.badIntegrity += 1;
    }
  }

  #request(index: number): void {
    const client = this.#clientAt(index);
    client.request = this.#options.requests.write(this.#methodOf(client.state), index, client.challenge);
    client.sends = 0;
    this.#waiting.add(index);
    this.#send(index, client);
  }

  #methodOf(state: ClientState): number {
    if (state === 'allocating') {
      return METHOD_ALLOCATE;
    }
    if (state === 'releasing') {
      return METHOD_REFRESH;
    }
    return this.#options.mode === 'indication' ? METHOD_CREATE_PERMISSION : METHOD_CHANNEL_BIND;
  }

  #send(index: number, client: Client): void {
    client.sends += 1;
    client.sentAt = this.#options.clock.now();
    this.#options.legs.send(index, client.request, 0, client.request.length);
  }

  #fail(index: number, reason: string): void {
    const client = this.#clientAt(index);
    client.state = 'failed';
    client.request = NO_REQUEST;
    this.#waiting.delete(index);
    this.#options.legs.close(index);
    this.#options.events.handleFailed(index, reason);
  }

  #clientAt(index: number): Client {
    return this.#clients[index] as Client;
  }
}

function requestOf(state: ClientState): RefusedRequest {
  return state === 'allocating' ? 'Allocate' : state === 'binding' ? 'permission' : 'Refresh';
}

/** Whether the message is of the method and transaction of the request, which may be none. */
function isAnswerTo(request: Uint8Array, view: MessageView): boolean {
  if (request.length === 0 || methodOfMessageType(readU16(request, 0)) !== view.method) {
    return false;
  }
  for (let index = 0; index < TRANSACTION_ID_BYTES; index += 1) {
    if (request[8 + index] !== view.bytes[view.transactionAt + index]) {
      return false;
    }
  }
  return view.messageClass === CLASS_SUCCESS || view.messageClass === CLASS_ERROR;
}
