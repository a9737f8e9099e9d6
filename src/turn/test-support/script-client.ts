import assert from 'node:assert/strict';
import { nodeHashes } from '../../app/node-hashes.ts';
import { encodeUtf8 } from '../../base/bytes.ts';
import { formatTransportAddress } from '../../base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, type Family, IPV6 } from '../../base/socket-address.ts';
import type { ClientTransport } from '../../contract/ids.ts';
import { readXorAddress } from '../../stun/attributes/address.ts';
import { readReservationToken, TRANSPORT_UDP } from '../../stun/attributes/turn-values.ts';
import { channelDataPadding, writeChannelDataHeader } from '../../stun/channel-data.ts';
import { longTermKeyMd5, longTermKeySha256 } from '../../stun/integrity.ts';
import { CLASS_INDICATION, CLASS_REQUEST, type MessageClass } from '../../stun/message-type.ts';
import type { MessageView } from '../../stun/message-view.ts';
import { MessageWriter } from '../../stun/message-writer.ts';
import {
  ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY,
  ATTRIBUTE_DATA,
  ATTRIBUTE_NONCE,
  ATTRIBUTE_REALM,
  ATTRIBUTE_REQUESTED_ADDRESS_FAMILY,
  ATTRIBUTE_RESERVATION_TOKEN,
  ATTRIBUTE_USERNAME,
  ATTRIBUTE_XOR_PEER_ADDRESS,
  ATTRIBUTE_XOR_RELAYED_ADDRESS,
} from '../../stun/registry/attributes.ts';
import {
  METHOD_ALLOCATE,
  METHOD_BINDING,
  METHOD_CHANNEL_BIND,
  METHOD_CREATE_PERMISSION,
  METHOD_REFRESH,
  METHOD_SEND,
} from '../../stun/registry/methods.ts';
import { PASSWORD_ALGORITHM_MD5, PASSWORD_ALGORITHM_SHA256 } from '../../stun/registry/password-algorithms.ts';
import type { ClientSocketId } from '../path.ts';
import type { ScriptCredential } from './script-credential.ts';
import { addressOf, REALM } from './script-options.ts';

/** Adds a request's attributes, those of authentication apart. */
export type Write = (writer: MessageWriter) => void;

/** How a client of today authenticates (`rfc5389`), and one that knows RFC 8489 with either algorithm. */
export type AuthStyle = 'none' | 'rfc5389' | 'md5' | 'sha256';

export interface AllocateWishes {
  readonly lifetime?: number;
  readonly family?: Family;
  readonly dual?: boolean;
  readonly evenPort?: 'even' | 'even-and-next';
  readonly token?: Uint8Array;
  readonly dontFragment?: boolean;
}

/** Where a client's bytes go. Returns what comes out of it, as lines. */
export interface ScriptHost {
  fromClient(client: ScriptClient, bytes: Uint8Array): string[];
}

const MESSAGE_BYTES = 4096;

/** A TURN client that does as it is told, and knows what it was told last: realm, nonce, token, relayed addresses. */
export class ScriptClient {
  readonly name: string;
  readonly socket: ClientSocketId;
  readonly transport: ClientTransport;
  readonly address: AddressWords;
  credential: ScriptCredential;
  style: AuthStyle = 'rfc5389';
  /** Whether requests end with a FINGERPRINT. */
  fingerprint = false;
  nonce: Uint8Array | undefined;
  token: Uint8Array | undefined;
  /** The relayed addresses of the last Allocate answer. */
  relayed: string[] = [];
  /** With what the last request was signed. */
  lastKey: Uint8Array | undefined;
  /** The last request, to be sent again. */
  lastRequest: Uint8Array = new Uint8Array(0);

  readonly #host: ScriptHost;
  readonly #writer = new MessageWriter();
  #transaction = 0;

  constructor(
    host: ScriptHost,
    name: string,
    socket: ClientSocketId,
    transport: ClientTransport,
    address: AddressWords,
    credential: ScriptCredential,
  ) {
    this.#host = host;
    this.name = name;
    this.socket = socket;
    this.transport = transport;
    this.address = address;
    this.credential = credential;
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): string[] {
    return this.#host.fromClient(this, bytes);
  }

  /** Sends the last request once more, unchanged. */
  repeat(): string[] {
    return this.sendBytes(this.lastRequest.slice());
  }

  bind(): string[] {
    return this.sendBytes(this.build(CLASS_REQUEST, METHOD_BINDING, () => undefined, 'none'));
  }

  /** Sends an Allocate request without credentials, for realm and nonce. */
  challenge(): string[] {
    return this.sendBytes(this.build(CLASS_REQUEST, METHOD_ALLOCATE, requestUdp, 'none'));
  }

  /** Authenticates and allocates. Returns the lines of the Allocate request alone. */
  allocate(wishes: AllocateWishes = {}): string[] {
    if (this.nonce === undefined) {
      this.challenge();
    }
    return this.request(METHOD_ALLOCATE, (writer) => {
      requestUdp(writer);
      writeWishes(writer, wishes);
    });
  }

  /** Allocates, which must succeed. */
  mustAllocate(wishes: AllocateWishes = {}): void {
    const lines = this.allocate(wishes);
    assert.match(lines.join('\n'), /^\S+ < allocate success /);
  }

  refresh(lifetime?: number, family?: Family): string[] {
    return this.request(METHOD_REFRESH, (writer) => {
      if (lifetime !== undefined) {
        writer.addLifetime(lifetime);
      }
      if (family !== undefined) {
        writer.addAddressFamily(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, family);
      }
    });
  }

  createPermission(...peers: string[]): string[] {
    return this.request(METHOD_CREATE_PERMISSION, (writer) => {
      for (const peer of peers) {
        writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, addressOf(peer));
      }
    });
  }

  channelBind(channel: number, peer: string): string[] {
    return this.request(METHOD_CHANNEL_BIND, (writer) => {
      writer.addChannelNumber(channel);
      writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, addressOf(peer));
    });
  }

  /** Sends a Send indication. */
  send(peer: string, data: string, write: Write = () => undefined): string[] {
    const bytes = this.build(
      CLASS_INDICATION,
      METHOD_SEND,
      (writer) => {
        writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, addressOf(peer));
        writer.addBytes(ATTRIBUTE_DATA, encodeUtf8(data));
        write(writer);
      },
      'none',
    );
    return this.sendBytes(bytes);
  }

  sendChannelData(channel: number, data: string | Uint8Array): string[] {
    const payload = typeof data === 'string' ? encodeUtf8(data) : data;
    const padding = this.transport === 'udp' ? 0 : channelDataPadding(payload.length);
    const bytes = new Uint8Array(4 + payload.length + padding);
    writeChannelDataHeader(bytes, 0, channel, payload.length);
    bytes.set(payload, 4);
    return this.sendBytes(bytes);
  }

  /** Sends an authenticated request. */
  request(method: number, write: Write, style: AuthStyle = this.style): string[] {
    const bytes = this.build(CLASS_REQUEST, method, write, style);
    this.lastRequest = bytes.slice();
    return this.sendBytes(bytes);
  }

  /** Builds a message with a transaction identifier of its own. */
  build(messageClass: MessageClass, method: number, write: Write, style: AuthStyle): Uint8Array {
    const bytes = new Uint8Array(MESSAGE_BYTES);
    this.#transaction += 1;
    const id = encodeUtf8(`${this.name}${this.#transaction}`.padEnd(12, '.').slice(-12));
    this.#writer.begin(bytes, 0, bytes.length, messageClass, method, id, 0);
    write(this.#writer);
    this.lastKey = undefined;
    if (style !== 'none') {
      this.#sign(this.#writer, style);
    }
    if (this.fingerprint) {
      this.#writer.addFingerprint();
    }
    assert(!this.#writer.overflowed);
    return bytes.slice(0, this.#writer.length);
  }

  /** Remembers what an answer says. */
  learn(view: MessageView): void {
    const nonce = view.find(ATTRIBUTE_NONCE);
    if (nonce >= 0) {
      const at = view.attributeAt(nonce);
      this.nonce = view.bytes.slice(at, at + view.attributeLength(nonce));
    }
    const token = view.find(ATTRIBUTE_RESERVATION_TOKEN);
    if (token >= 0) {
      const at = readReservationToken(view, token);
      this.token = view.bytes.slice(at, at + 8);
    }
    const words = new Uint32Array(ADDRESS_WORDS);
    let relayed = view.find(ATTRIBUTE_XOR_RELAYED_ADDRESS);
    this.relayed = relayed >= 0 ? [] : this.relayed;
    while (relayed >= 0) {
      assert(readXorAddress(view, relayed, words, 0));
      this.relayed.push(formatTransportAddress(words));
      relayed = view.find(ATTRIBUTE_XOR_RELAYED_ADDRESS, relayed + 1);
    }
  }

  /** The long-term key of an algorithm. */
  keyOf(style: AuthStyle, realm: string = REALM): Uint8Array {
    const { username, password } = this.credential;
    const derive = style === 'sha256' ? longTermKeySha256 : longTermKeyMd5;
    return derive(nodeHashes, encodeUtf8(username), encodeUtf8(realm), encodeUtf8(password));
  }

  #sign(writer: MessageWriter, style: AuthStyle): void {
    writer.addText(ATTRIBUTE_USERNAME, this.credential.username);
    writer.addText(ATTRIBUTE_REALM, REALM);
    writer.addBytes(ATTRIBUTE_NONCE, this.nonce ?? encodeUtf8('no nonce yet'));
    this.lastKey = this.keyOf(style);
    if (style === 'rfc5389') {
      writer.addIntegrity(nodeHashes, this.lastKey);
      return;
    }
    writer.addPasswordAlgorithms([PASSWORD_ALGORITHM_SHA256, PASSWORD_ALGORITHM_MD5]);
    writer.addPasswordAlgorithm(style === 'sha256' ? PASSWORD_ALGORITHM_SHA256 : PASSWORD_ALGORITHM_MD5);
    writer.addIntegritySha256(nodeHashes, this.lastKey);
  }
}

function requestUdp(writer: MessageWriter): void {
  writer.addRequestedTransport(TRANSPORT_UDP);
}

function writeWishes(writer: MessageWriter, wishes: AllocateWishes): void {
  if (wishes.lifetime !== undefined) {
    writer.addLifetime(wishes.lifetime);
  }
  if (wishes.family !== undefined) {
    writer.addAddressFamily(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, wishes.family);
  }
  if (wishes.dual === true) {
    writer.addAddressFamily(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY, IPV6);
  }
  if (wishes.evenPort !== undefined) {
    writer.addEvenPort(wishes.evenPort === 'even-and-next');
  }
  if (wishes.token !== undefined) {
    writer.addBytes(ATTRIBUTE_RESERVATION_TOKEN, wishes.token);
  }
  if (wishes.dontFragment === true) {
    writer.addDontFragment();
  }
}
