import { encodeHex } from '../../../src/base/bytes.ts';
import { formatTransportAddress } from '../../../src/base/ip.ts';
import { ADDRESS_WORDS, sameAddress } from '../../../src/base/socket-address.ts';
import { readXorAddress } from '../../../src/stun/attributes/address.ts';
import { readErrorCode } from '../../../src/stun/attributes/error-code.ts';
import { readText } from '../../../src/stun/attributes/text.ts';
import { verifyIntegrity, verifyIntegritySha256 } from '../../../src/stun/integrity.ts';
import { CLASS_ERROR, CLASS_REQUEST, CLASS_SUCCESS } from '../../../src/stun/message-type.ts';
import { MessageView } from '../../../src/stun/message-view.ts';
import type { MessageWriter } from '../../../src/stun/message-writer.ts';
import {
  ATTRIBUTE_ERROR_CODE,
  ATTRIBUTE_NONCE,
  ATTRIBUTE_PASSWORD_ALGORITHMS,
  ATTRIBUTE_XOR_MAPPED_ADDRESS,
} from '../../../src/stun/registry/attributes.ts';
import { ERROR_STALE_NONCE, ERROR_UNAUTHENTICATED } from '../../../src/stun/registry/error-codes.ts';
import { METHOD_ALLOCATE } from '../../../src/stun/registry/methods.ts';
import { PASSWORD_ALGORITHM_MD5, PASSWORD_ALGORITHM_SHA256 } from '../../../src/stun/registry/password-algorithms.ts';
import { describePacket } from '../describe-packet.ts';
import { requireInvariant } from '../invariant.ts';
import type { SimulationContext } from '../simulation-context.ts';
import { ClientBelief } from './client-belief.ts';
import type { ClientPath } from './client-path.ts';
import { receiveRelayed } from './client-reception.ts';
import { REALM, type SimulatedCredential } from './credential-book.ts';
import { buildMessage, type Signature } from './stun-message.ts';

/** How a request is signed: as it should be, or wrong in one of the ways that must be told apart or must not. */
export type Signing =
  | 'none'
  | 'right'
  | 'wrong-password'
  | 'unknown-user'
  | 'invented-nonce'
  | 'other-algorithm'
  /** As if somebody on the way had taken the better algorithm out of the server's offer. */
  | 'bid-down';

/** One thing that a client wants from the server, however many requests it takes. */
export interface Operation {
  readonly method: number;
  readonly signing: Signing;
  readonly write?: (writer: MessageWriter) => void;
  readonly onSuccess?: (view: MessageView) => void;
  readonly onError?: (code: number) => void;
}

interface Transaction {
  readonly operation: Operation;
  readonly bytes: Uint8Array;
  readonly signature: Signature | undefined;
  /** The path it was sent on; an answer on another one answers nothing. */
  readonly path: ClientPath;
  /** How often a 401 or 438 may start the operation again, with the nonce that it brought. */
  readonly retriesLeft: number;
  sends: number;
}

/** Which of the three ways of RFC 8489 §9.2 a client speaks. */
export type AuthenticationStyle = 'rfc5389' | 'rfc8489-md5' | 'rfc8489-sha256';

/** First retransmission, doubled each time (RFC 8489 §6.2.1), and how often a request is sent. */
const RETRANSMISSION_MS = 500;
const SENDS_MAX = 4;
/** Once for the first nonce, once for a stale one. */
const RETRIES_MAX = 2;

const view = new MessageView();
const mapped = new Uint32Array(ADDRESS_WORDS);

/**
 * A client of the relay: its transactions, its nonce, and what it knows. What it does next is decided elsewhere
 * (`client-behaviour.ts`).
 */
export class SimulatedClient {
  readonly number: number;
  /** How the payload ledger knows it. */
  readonly name: string;
  readonly context: SimulationContext;
  readonly belief = new ClientBelief();
  readonly style: AuthenticationStyle;
  /** Whether it reaches the server by TCP alone, where nothing is lost. */
  readonly prefersStreams: boolean;
  credential: SimulatedCredential;
  path: ClientPath;
  /** The nonce of the server's last answer that had one. */
  nonce = '';
  #algorithmsOffered: Uint8Array | undefined;
  readonly #transactions = new Map<string, Transaction>();

  constructor(context: SimulationContext, number: number, style: AuthenticationStyle, prefersStreams = false) {
    this.prefersStreams = prefersStreams;
    this.context = context;
    this.number = number;
    this.name = `client ${number}`;
    this.style = style;
    this.credential = context.issueCredential();
    this.path = context.openPath(this);
  }

  /** Whether an Allocate request waits for its answer. */
  get isAllocating(): boolean {
    for (const { operation, path } of this.#transactions.values()) {
      if (operation.method === METHOD_ALLOCATE && path === this.path) {
        return true;
      }
    }
    return false;
  }

  /** Starts again from another address, knowing nothing but its credential. */
  reconnect(): void {
    this.path.close();
    this.belief.end();
    this.nonce = '';
    this.path = this.context.openPath(this);
  }

  /** Starts an operation; on a datagram path its request is retransmitted until answered. */
  request(operation: Operation, retriesLeft = RETRIES_MAX): void {
    const { context } = this;
    const transactionId = context.draw.bytes(12);
    const signature = this.#sign(operation.signing);
    const bytes = buildMessage(context.hashes, {
      messageClass: CLASS_REQUEST,
      method: operation.method,
      transactionId,
      write: operation.write,
      signature,
      hasFingerprint: context.draw.chance(0.5),
    });
    const transaction = { operation, bytes, signature, path: this.path, retriesLeft, sends: 0 };
    const key = encodeHex(transactionId);
    this.#transactions.set(key, transaction);
    this.#transmit(key, transaction);
  }

  /** Sends bytes that expect no answer. */
  send(bytes: Uint8Array): void {
    this.path.send(bytes);
  }

  /** One datagram or frame has come from the server. */
  receive(bytes: Uint8Array): void {
    const { context } = this;
    context.trace.record(context.queue.now, () => `${this.name} ← ${describePacket(bytes)}`);
    if (receiveRelayed(this, bytes)) {
      return;
    }
    requireInvariant(
      view.parse(bytes, 0, bytes.length) === undefined,
      'answer',
      () => 'the server sent no STUN message',
    );
    const key = encodeHex(bytes.subarray(view.transactionAt, view.transactionAt + 12));
    const transaction = this.#transactions.get(key);
    if (transaction === undefined || transaction.path !== this.path) {
      // A second answer: of a retransmission, or a duplicate made by the network.
      return;
    }
    this.#transactions.delete(key);
    if (view.messageClass === CLASS_SUCCESS) {
      this.#checkSuccess(transaction);
      transaction.operation.onSuccess?.(view);
    } else if (view.messageClass === CLASS_ERROR) {
      this.#receiveError(transaction);
    }
  }

  #transmit(key: string, transaction: Transaction): void {
    transaction.path.send(transaction.bytes);
    transaction.sends += 1;
    if (transaction.path.transport !== 'udp') {
      return;
    }
    this.context.queue.schedule(RETRANSMISSION_MS * 2 ** (transaction.sends - 1), () => {
      if (this.#transactions.get(key) !== transaction) {
        return;
      }
      if (transaction.sends < SENDS_MAX && transaction.path.isOpen) {
        this.#transmit(key, transaction);
      } else {
        this.#transactions.delete(key);
      }
    });
  }

  #receiveError(transaction: Transaction): void {
    const { operation } = transaction;
    const code = readErrorCode(view, view.find(ATTRIBUTE_ERROR_CODE));
    const nonceAt = view.find(ATTRIBUTE_NONCE);
    if (nonceAt >= 0) {
      this.nonce = readText(view, nonceAt) ?? '';
      const algorithmsAt = view.find(ATTRIBUTE_PASSWORD_ALGORITHMS);
      const start = algorithmsAt < 0 ? 0 : view.attributeAt(algorithmsAt);
      this.#algorithmsOffered =
        algorithmsAt < 0 ? undefined : view.bytes.slice(start, start + view.attributeLength(algorithmsAt));
    }
    const isChallenge =
      code === ERROR_STALE_NONCE || (code === ERROR_UNAUTHENTICATED && transaction.signature === undefined);
    if (isChallenge && transaction.retriesLeft > 0) {
      this.request({ ...operation, signing: 'right' }, transaction.retriesLeft - 1);
      return;
    }
    if (code === ERROR_UNAUTHENTICATED && operation.signing === 'right') {
      // The credential has expired or was revoked, and its allocation ended with it.
      this.belief.end();
      this.credential = this.context.issueCredential();
    }
    operation.onError?.(code);
  }

  /** A success is signed with the key of the request (RFC 8489 §9.2.4), and tells the client's own address. */
  #checkSuccess(transaction: Transaction): void {
    const { hashes } = this.context;
    const { signature } = transaction;
    if (signature !== undefined) {
      const isSha256 = signature.algorithms?.chosen === PASSWORD_ALGORITHM_SHA256;
      const key = isSha256 ? signature.sha256Key : signature.md5Key;
      const isSigned =
        signature.algorithms === undefined
          ? verifyIntegrity(hashes, view, key)
          : verifyIntegritySha256(hashes, view, key);
      requireInvariant(isSigned, 'answer', () => `${this.name} got a success that its key did not sign`);
    }
    const index = view.find(ATTRIBUTE_XOR_MAPPED_ADDRESS);
    if (index >= 0 && readXorAddress(view, index, mapped)) {
      requireInvariant(
        sameAddress(mapped, 0, this.path.local, 0),
        'answer',
        () => `${this.name} is told that it is ${formatTransportAddress(mapped)}`,
      );
    }
  }

  #sign(signing: Signing): Signature | undefined {
    if (signing === 'none' || this.nonce === '') {
      return undefined;
    }
    const { draw } = this.context;
    const { username, md5Key, sha256Key } = this.credential;
    const offered = this.#algorithmsOffered;
    const usesAlgorithms = this.style !== 'rfc5389' && offered !== undefined;
    const prefersSha256 = (this.style === 'rfc8489-sha256') !== (signing === 'other-algorithm');
    return {
      username: signing === 'unknown-user' ? encodeHex(draw.bytes(48)) : username,
      realm: REALM,
      nonce: signing === 'invented-nonce' ? `obMatJos2${encodeHex(draw.bytes(12))}` : this.nonce,
      md5Key: signing === 'wrong-password' ? draw.bytes(16) : md5Key,
      sha256Key: signing === 'wrong-password' ? draw.bytes(32) : sha256Key,
      algorithms: usesAlgorithms
        ? {
            offered: signing === 'bid-down' ? offered.subarray(4) : offered,
            chosen: prefersSha256 ? PASSWORD_ALGORITHM_SHA256 : PASSWORD_ALGORITHM_MD5,
          }
        : undefined,
    };
  }
}
