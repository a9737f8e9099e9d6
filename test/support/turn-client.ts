import { randomBytes } from 'node:crypto';
import { nodeHashes } from '../../src/app/node-hashes.ts';
import { encodeUtf8 } from '../../src/base/bytes.ts';
import { type AddressWords, type Family, IPV4 } from '../../src/base/socket-address.ts';
import { readLifetime, readReservationToken } from '../../src/stun/attributes/turn-values.ts';
import {
  CHANNEL_DATA_HEADER_BYTES,
  channelDataLength,
  channelDataPadding,
  readChannelData,
  writeChannelDataHeader,
} from '../../src/stun/channel-data.ts';
import { classifyPacket, PACKET_CHANNEL_DATA } from '../../src/stun/demux.ts';
import { longTermKeyMd5 } from '../../src/stun/integrity.ts';
import { CLASS_INDICATION, CLASS_REQUEST, type MessageClass } from '../../src/stun/message-type.ts';
import { MessageWriter } from '../../src/stun/message-writer.ts';
import {
  ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY,
  ATTRIBUTE_DATA,
  ATTRIBUTE_LIFETIME,
  ATTRIBUTE_NONCE,
  ATTRIBUTE_REALM,
  ATTRIBUTE_REQUESTED_ADDRESS_FAMILY,
  ATTRIBUTE_RESERVATION_TOKEN,
  ATTRIBUTE_USERNAME,
  ATTRIBUTE_XOR_MAPPED_ADDRESS,
  ATTRIBUTE_XOR_PEER_ADDRESS,
  ATTRIBUTE_XOR_RELAYED_ADDRESS,
} from '../../src/stun/registry/attributes.ts';
import { ERROR_STALE_NONCE, ERROR_UNAUTHENTICATED } from '../../src/stun/registry/error-codes.ts';
import {
  METHOD_ALLOCATE,
  METHOD_BINDING,
  METHOD_CHANNEL_BIND,
  METHOD_CREATE_PERMISSION,
  METHOD_DATA,
  METHOD_REFRESH,
  METHOD_SEND,
} from '../../src/stun/registry/methods.ts';
import { TurnError, TurnResponse } from './turn-response.ts';
import { connectTurnTransport, type TurnTransport, type TurnTransportOptions } from './turn-transport.ts';

const PROTOCOL_UDP = 17;
const MESSAGE_BYTES_MAX = 0x10000;
/** RFC 8489 §6.2.1 begins with 500 ms too. Loopback loses nothing but what a full buffer drops. */
const RETRANSMIT_MS = 500;
const ANSWER_MS_MAX = 5_000;

export interface TurnClientOptions extends TurnTransportOptions {
  readonly username: string;
  /** The password: `credential` in the words of WebRTC. */
  readonly credential: string;
}

export interface AllocateOptions {
  readonly lifetimeSeconds?: number;
  readonly family?: Family;
  /** Asks for a second relayed address of the other family. */
  readonly additionalFamily?: Family;
  /** EVEN-PORT, with its R bit where 'reserve'. */
  readonly evenPort?: 'even' | 'reserve';
  readonly reservationToken?: Uint8Array;
  readonly dontFragment?: boolean;
}

export interface TurnAllocation {
  /** Of a dual allocation, the IPv4 one first. */
  readonly relayed: readonly AddressWords[];
  readonly mapped: AddressWords;
  readonly lifetimeSeconds: number;
  readonly reservationToken: Uint8Array | undefined;
}

/** A relayed payload: from a channel, or by a Data indication from a peer. */
export interface TurnReceived {
  readonly channel: number | undefined;
  readonly peer: AddressWords | undefined;
  readonly payload: Uint8Array;
}

/** TURN messages of the allocation, as usage counts them: what failed authentication is none. */
export interface TurnTraffic {
  sentBytes: number;
  sentMessages: number;
  receivedBytes: number;
  receivedMessages: number;
}

interface Pending {
  readonly resolve: (response: TurnResponse) => void;
}

/**
 * A TURN client for tests, over UDP, TCP or TLS: each call is one transaction of RFC 8656, and what is relayed to it waits in
 * order for `receive`. It authenticates as RFC 5389 clients do, with MD5 and SHA-1.
 */
export class TurnClient {
  readonly traffic: TurnTraffic = { sentBytes: 0, sentMessages: 0, receivedBytes: 0, receivedMessages: 0 };
  readonly #options: TurnClientOptions;
  readonly #transport: TurnTransport;
  readonly #writer = new MessageWriter();
  readonly #scratch = new Uint8Array(MESSAGE_BYTES_MAX);
  readonly #pending = new Map<string, Pending>();
  readonly #received: TurnReceived[] = [];
  readonly #waiting: ((received: TurnReceived) => void)[] = [];
  #realm: string | undefined;
  #nonce = '';
  #key = new Uint8Array(0);

  private constructor(options: TurnClientOptions, transport: TurnTransport) {
    this.#options = options;
    this.#transport = transport;
  }

  static async connect(options: TurnClientOptions): Promise<TurnClient> {
    let client: TurnClient | undefined;
    const transport = await connectTurnTransport(options, (message) => {
      if (client !== undefined) {
        client.#handle(message);
      }
    });
    client = new TurnClient(options, transport);
    return client;
  }

  get transport(): TurnTransport {
    return this.#transport;
  }

  /** Binding: the client's address as the server sees it. */
  async bind(): Promise<AddressWords> {
    const response = await this.#transact(this.#write(CLASS_REQUEST, METHOD_BINDING, () => {}, false));
    return response.addresses(ATTRIBUTE_XOR_MAPPED_ADDRESS)[0] as AddressWords;
  }

  /** @throws {TurnError} when refused. */
  async allocate(options: AllocateOptions = {}): Promise<TurnAllocation> {
    const response = await this.succeed(METHOD_ALLOCATE, (writer) => addAllocateAttributes(writer, options));
    const tokenIndex = response.view.find(ATTRIBUTE_RESERVATION_TOKEN);
    const tokenAt = tokenIndex < 0 ? -1 : readReservationToken(response.view, tokenIndex);
    return {
      relayed: response.addresses(ATTRIBUTE_XOR_RELAYED_ADDRESS),
      mapped: response.addresses(ATTRIBUTE_XOR_MAPPED_ADDRESS)[0] as AddressWords,
      lifetimeSeconds: readLifetime(response.view, response.view.find(ATTRIBUTE_LIFETIME)),
      reservationToken: tokenAt < 0 ? undefined : response.view.bytes.slice(tokenAt, tokenAt + 8),
    };
  }

  /** Lifetime 0 ends the allocation. @throws {TurnError} when refused. */
  async refresh(lifetimeSeconds: number): Promise<void> {
    await this.succeed(METHOD_REFRESH, (writer) => writer.addLifetime(lifetimeSeconds));
  }

  /** @throws {TurnError} when refused. */
  async createPermission(...peers: readonly AddressWords[]): Promise<void> {
    await this.succeed(METHOD_CREATE_PERMISSION, (writer) => {
      for (const peer of peers) {
        writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, peer);
      }
    });
  }

  /** @throws {TurnError} when refused. */
  async bindChannel(channel: number, peer: AddressWords): Promise<void> {
    await this.succeed(METHOD_CHANNEL_BIND, (writer) => {
      writer.addChannelNumber(channel);
      writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, peer);
    });
  }

  sendIndication(peer: AddressWords, payload: Uint8Array): void {
    const message = this.#write(
      CLASS_INDICATION,
      METHOD_SEND,
      (writer) => {
        writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, peer);
        writer.addBytes(ATTRIBUTE_DATA, payload);
      },
      false,
    );
    this.#countSent(message.length);
    this.#transport.send(message);
  }

  sendChannelData(channel: number, payload: Uint8Array): void {
    const padding = this.#transport.isStream ? channelDataPadding(payload.length) : 0;
    const message = new Uint8Array(CHANNEL_DATA_HEADER_BYTES + payload.length + padding);
    writeChannelDataHeader(message, 0, channel, payload.length);
    message.set(payload, CHANNEL_DATA_HEADER_BYTES);
    this.#countSent(message.length);
    this.#transport.send(message);
  }

  /** The next relayed payload. */
  receive(): Promise<TurnReceived> {
    const received = this.#received.shift();
    return received === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(received);
  }

  /** Relayed payloads that `receive` has not taken. */
  get unreadCount(): number {
    return this.#received.length;
  }

  /** One request that must succeed. @throws {TurnError} when refused. */
  async succeed(method: number, addAttributes: (writer: MessageWriter) => void): Promise<TurnResponse> {
    const response = await this.request(method, addAttributes);
    if (!response.isSuccess) {
      throw new TurnError(method, response.errorCode);
    }
    return response;
  }

  /** One authenticated request and its answer, after those that bring realm and nonce. */
  async request(method: number, addAttributes: (writer: MessageWriter) => void): Promise<TurnResponse> {
    for (let attempt = 0; ; attempt++) {
      const isSigned = this.#realm !== undefined;
      const message = this.#write(CLASS_REQUEST, method, addAttributes, isSigned);
      const response = await this.#transact(message);
      const isChallenge = response.errorCode === ERROR_UNAUTHENTICATED || response.errorCode === ERROR_STALE_NONCE;
      if (!isChallenge || attempt === 2 || (isSigned && response.errorCode === ERROR_UNAUTHENTICATED)) {
        if (!isChallenge) {
          this.#countSent(message.length);
          this.#countReceived(response.length);
        }
        return response;
      }
      this.#learn(response);
    }
  }

  /** Makes the next request carry a nonce that no server made, as one that went stale: it is refused, and then repeated. */
  spoilNonce(): void {
    this.#nonce = 'stale'.padEnd(this.#nonce.length, '0');
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #learn(response: TurnResponse): void {
    this.#realm = response.text(ATTRIBUTE_REALM) ?? '';
    this.#nonce = response.text(ATTRIBUTE_NONCE) ?? '';
    const { username, credential } = this.#options;
    const parts = [username, this.#realm, credential].map(encodeUtf8) as [Uint8Array, Uint8Array, Uint8Array];
    this.#key = new Uint8Array(longTermKeyMd5(nodeHashes, ...parts));
  }

  #write(
    messageClass: MessageClass,
    method: number,
    addAttributes: (writer: MessageWriter) => void,
    isSigned: boolean,
  ): Uint8Array {
    const writer = this.#writer;
    writer.begin(this.#scratch, 0, MESSAGE_BYTES_MAX, messageClass, method, randomBytes(12), 0);
    addAttributes(writer);
    if (isSigned) {
      writer.addText(ATTRIBUTE_USERNAME, this.#options.username);
      writer.addText(ATTRIBUTE_REALM, this.#realm ?? '');
      writer.addText(ATTRIBUTE_NONCE, this.#nonce);
      writer.addIntegrity(nodeHashes, this.#key);
    }
    return this.#scratch.slice(0, writer.length);
  }

  async #transact(message: Uint8Array): Promise<TurnResponse> {
    const transaction = transactionOf(message);
    let retransmission: NodeJS.Timeout | undefined;
    let limit: NodeJS.Timeout | undefined;
    try {
      return await new Promise<TurnResponse>((resolve, reject) => {
        this.#pending.set(transaction, { resolve });
        this.#transport.send(message);
        if (!this.#transport.isStream) {
          retransmission = setInterval(() => this.#transport.send(message), RETRANSMIT_MS);
        }
        limit = setTimeout(() => reject(new Error('the server did not answer')), ANSWER_MS_MAX);
        void this.#transport.closed.then(() => reject(new Error('the transport closed before the answer')));
      });
    } finally {
      this.#pending.delete(transaction);
      clearInterval(retransmission);
      clearTimeout(limit);
    }
  }

  #handle(message: Uint8Array): void {
    if (classifyPacket(message, 0, message.length) === PACKET_CHANNEL_DATA) {
      const channel = readChannelData(message, 0, message.length, this.#transport.isStream);
      const end = CHANNEL_DATA_HEADER_BYTES + channelDataLength(message, 0);
      this.#deliver(message.length, {
        channel,
        peer: undefined,
        payload: message.slice(CHANNEL_DATA_HEADER_BYTES, end),
      });
      return;
    }
    const response = new TurnResponse(message.slice());
    const { view } = response;
    if (view.messageClass !== CLASS_INDICATION) {
      this.#pending.get(transactionOf(message))?.resolve(response);
    } else if (view.method === METHOD_DATA) {
      const data = view.find(ATTRIBUTE_DATA);
      const at = view.attributeAt(data);
      this.#deliver(message.length, {
        channel: undefined,
        peer: response.addresses(ATTRIBUTE_XOR_PEER_ADDRESS)[0],
        payload: data < 0 ? new Uint8Array(0) : view.bytes.slice(at, at + view.attributeLength(data)),
      });
    }
  }

  #deliver(messageLength: number, received: TurnReceived): void {
    this.#countReceived(messageLength);
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      this.#received.push(received);
    } else {
      waiting(received);
    }
  }

  #countSent(length: number): void {
    this.traffic.sentBytes += length;
    this.traffic.sentMessages += 1;
  }

  #countReceived(length: number): void {
    this.traffic.receivedBytes += length;
    this.traffic.receivedMessages += 1;
  }
}

function addAllocateAttributes(writer: MessageWriter, options: AllocateOptions): void {
  writer.addRequestedTransport(PROTOCOL_UDP);
  if (options.lifetimeSeconds !== undefined) {
    writer.addLifetime(options.lifetimeSeconds);
  }
  if (options.family !== undefined && (options.family !== IPV4 || options.additionalFamily === undefined)) {
    writer.addAddressFamily(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, options.family);
  }
  if (options.additionalFamily !== undefined) {
    writer.addAddressFamily(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY, options.additionalFamily);
  }
  if (options.evenPort !== undefined) {
    writer.addEvenPort(options.evenPort === 'reserve');
  }
  if (options.reservationToken !== undefined) {
    writer.addBytes(ATTRIBUTE_RESERVATION_TOKEN, options.reservationToken);
  }
  if (options.dontFragment === true) {
    writer.addDontFragment();
  }
}

function transactionOf(message: Uint8Array): string {
  return Buffer.from(message.subarray(8, 20)).toString('hex');
}
