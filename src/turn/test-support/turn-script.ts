import assert from 'node:assert/strict';
import { nodeHashes } from '../../app/node-hashes.ts';
import { encodeUtf8 } from '../../base/bytes.ts';
import type { Instant, UnixMs } from '../../base/clock.ts';
import type { Hashes } from '../../base/hash.ts';
import { formatTransportAddress } from '../../base/ip.ts';
import type { AddressWords } from '../../base/socket-address.ts';
import {
  deriveCredential,
  deriveInstallationKeys,
  encodeUsername,
  type InstallationKeys,
} from '../../contract/credential.ts';
import type { AccountId, ClientTransport, KeyUid } from '../../contract/ids.ts';
import { NO_LIMITS } from '../../contract/limits.ts';
import { channelDataLength, readChannelData } from '../../stun/channel-data.ts';
import { classifyPacket, PACKET_CHANNEL_DATA } from '../../stun/demux.ts';
import { MessageView } from '../../stun/message-view.ts';
import type { Command } from '../command.ts';
import { COUNTER, COUNTER_NAMES, type CounterName, sumOutcomes } from '../counter.ts';
import { FORWARD_TO_CLIENT } from '../forward.ts';
import type { ClientSocketId, RelaySocketId } from '../path.ts';
import { TurnServer } from '../server.ts';
import type { TurnServerOptions } from '../server-options.ts';
import { describeBytes, describeMessage } from './describe-message.ts';
import { ScriptClient } from './script-client.ts';
import type { ScriptCredential } from './script-credential.ts';
import { addressOf, MASTER_SECRET, type ScriptOptions, serverOptions } from './script-options.ts';

export interface CredentialInput {
  readonly keyUid?: KeyUid;
  readonly customIdentifier?: string;
  readonly issuedAt?: number;
  readonly lifetimeSeconds?: number;
  readonly keys?: InstallationKeys;
}

export const KEY = '11'.repeat(16) as KeyUid;
export const OTHER_KEY = '22'.repeat(16) as KeyUid;
export const ACCOUNT = 'default' as AccountId;
/** What the clock shows when a script begins, and the time of day then. */
export const START = 1_000_000 as Instant;
export const UNIX_START = 1_700_000_000_000 as UnixMs;

/** As the shell gives it to payloads from peers. */
const HEADROOM_BYTES = 64;
const TAILROOM_BYTES = 4;

/**
 * A server, clients and peers on virtual time. Every input returns what came out of it, one line for each output, in order:
 *
 * ```
 * alice < allocate success relayed=203.0.113.10:50000 lifetime=600 mapped=198.51.100.1:4000 sha1
 * relay 0 > 8.8.8.8:9 "hello"
 * open 0 203.0.113.10:50000
 * ```
 *
 * so that a test says exactly what must happen, and that nothing else does. After each input the counters must add up.
 */
export class TurnScript {
  readonly options: TurnServerOptions;
  readonly server: TurnServer;
  now: Instant = START;
  /** Whether relay sockets open at once, which leaves no line; else the test opens them. */
  opensAtOnce = true;

  #inputs = 0;
  #lines: string[] = [];
  readonly #clients = new Map<number, ScriptClient[]>();
  readonly #view = new MessageView();
  /** Who sent last, where two clients share an address. */
  #sender: ScriptClient | undefined;
  #nextSocket = 1;
  #nextCredential = 0;

  constructor(options: ScriptOptions = {}, hashes: Hashes = nodeHashes) {
    this.options = { ...serverOptions(options), hashes };
    this.server = new TurnServer(this.options);
    this.server.setClockOffset(UNIX_START - START);
    // Scripts that are about limits say which.
    this.server.setDefaultLimits(NO_LIMITS, this.now);
    this.server.applyChange({ kind: 'key-live', keyUid: KEY, accountId: ACCOUNT }, this.now);
  }

  get unixNow(): UnixMs {
    return (this.now - START + UNIX_START) as UnixMs;
  }

  /** Issues a credential; without more said, of `KEY`, for a day, different from all others. */
  credential(input: CredentialInput = {}): ScriptCredential {
    const keys = input.keys ?? deriveInstallationKeys(nodeHashes, MASTER_SECRET);
    const keyUid = input.keyUid ?? KEY;
    const issuedAt = (input.issuedAt ?? this.unixNow) as UnixMs;
    this.#nextCredential += 1;
    const username = encodeUsername(nodeHashes, keys, {
      keyUid,
      issuedAt,
      expiresAt: (Math.floor(issuedAt / 1000) * 1000 + 1000 * (input.lifetimeSeconds ?? 86_400)) as UnixMs,
      customIdentifier: input.customIdentifier ?? '',
      random: Uint8Array.of(0, 0, 0, 0, 0, this.#nextCredential),
    });
    return { username, password: deriveCredential(nodeHashes, keys, keyUid, username), keyUid };
  }

  /** A client at an address, over UDP on a listener that all such clients share, or over a connection of its own. */
  client(
    name: string,
    address: string,
    credential: ScriptCredential = this.credential(),
    transport: ClientTransport = 'udp',
  ): ScriptClient {
    const socket = (transport === 'udp' ? 0 : this.#nextSocket) as ClientSocketId;
    this.#nextSocket += transport === 'udp' ? 0 : 1;
    this.server.addClientSocket(socket, transport, addressOf('203.0.113.10:3478'));
    const client = new ScriptClient(this, name, socket, transport, addressOf(address), credential);
    this.#clients.set(socket, [...(this.#clients.get(socket) ?? []), client]);
    return client;
  }

  /** Bytes from a client. */
  fromClient(client: ScriptClient, bytes: Uint8Array): string[] {
    this.#inputs += 1;
    this.#sender = client;
    const isSent = this.server.handleClient(client.socket, client.address, 0, bytes, 0, bytes.length, this.now);
    return this.#drain(isSent);
  }

  /** A datagram from a peer to a relay. */
  fromPeer(relay: number, peer: string, payload: string | Uint8Array): string[] {
    const data = typeof payload === 'string' ? encodeUtf8(payload) : payload;
    // What is not zero shows what the server leaves as it was.
    const bytes = new Uint8Array(HEADROOM_BYTES + data.length + TAILROOM_BYTES).fill(0xee);
    bytes.set(data, HEADROOM_BYTES);
    this.#inputs += 1;
    const from = addressOf(peer);
    const isSent = this.server.handlePeer(relayId(relay), from, 0, bytes, HEADROOM_BYTES, data.length, this.now);
    return this.#drain(isSent);
  }

  /** An ICMP error for what a relay sent to a peer. */
  fromIcmp(relay: number, peer: string, type: number, code: number, data = 0): string[] {
    this.#inputs += 1;
    return this.#drain(this.server.handlePeerIcmp(relayId(relay), addressOf(peer), type, code, data, this.now));
  }

  /** Does something with the server that is neither a packet nor a timeout, and says what came of it. */
  act(action: (server: TurnServer, now: Instant) => unknown): string[] {
    return this.#drain(action(this.server, this.now) === true);
  }

  openRelay(relay: number): string[] {
    return this.act((server, now) => server.handleRelayOpened(relayId(relay), now));
  }

  failRelay(relay: number, failure: 'in-use' | 'unavailable' | 'forbidden' | 'exhausted'): string[] {
    return this.act((server, now) => server.handleRelayOpenFailed(relayId(relay), failure, now));
  }

  /** Lets time pass, and the server act whenever it asked to. */
  advance(seconds: number): string[] {
    const end = this.now + 1000 * seconds;
    for (let next = this.server.nextTimeout(); next <= end; next = this.server.nextTimeout()) {
      this.now = Math.max(this.now, next) as Instant;
      this.server.handleTimeout(this.now);
      this.#collectCommands();
      assert(this.server.nextTimeout() > this.now, 'a timeout is handled once');
    }
    this.now = end as Instant;
    return this.#drain(false);
  }

  count(name: CounterName): number {
    return this.options.counters[COUNTER[name]] as number;
  }

  /** All counters that are not zero, but those of bytes. */
  counts(): Partial<Record<CounterName, number>> {
    const entries = COUNTER_NAMES.filter((name) => this.count(name) > 0 && !name.endsWith('_bytes'));
    return Object.fromEntries(entries.map((name) => [name, this.count(name)]));
  }

  #drain(isSent: boolean): string[] {
    if (isSent) {
      this.#lines.push(this.#describeForward());
    }
    this.#collectCommands();
    const { pendingCount } = this.server;
    assert.equal(sumOutcomes(this.options.counters) + pendingCount, this.#inputs, 'every input has one outcome');
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  #collectCommands(): void {
    for (let command = this.server.nextCommand(); command !== undefined; command = this.server.nextCommand()) {
      if (command.kind === 'open-relay' && this.opensAtOnce) {
        if (this.server.handleRelayOpened(command.relay, this.now)) {
          this.#lines.push(this.#describeForward());
        }
      } else {
        this.#lines.push(describeCommand(command));
      }
    }
  }

  #describeForward(): string {
    const { kind, socket, address, bytes, offset, length } = this.server.forward;
    const packet = bytes.slice(offset, offset + length);
    if (kind !== FORWARD_TO_CLIENT) {
      return `relay ${socket} > ${formatTransportAddress(address)} "${describeBytes(packet)}"`;
    }
    const client = this.#clientAt(socket, address);
    return `${client.name} < ${this.#describePacket(packet, client)}`;
  }

  #describePacket(packet: Uint8Array, client: ScriptClient): string {
    if (classifyPacket(packet, 0, packet.length) === PACKET_CHANNEL_DATA) {
      const isStream = client.transport !== 'udp';
      const channel = readChannelData(packet, 0, packet.length, isStream);
      assert(channel > 0, 'the server sends well-formed ChannelData');
      const end = 4 + channelDataLength(packet, 0);
      assert(isStream || end === packet.length, 'no padding over UDP');
      assert(
        packet.subarray(end).every((byte) => byte === 0),
        'padding is zero',
      );
      return `channel 0x${channel.toString(16)} "${describeBytes(packet.subarray(4, end))}"`;
    }
    assert.equal(this.#view.parse(packet, 0, packet.length), undefined, 'the server sends well-formed messages');
    client.learn(this.#view);
    return describeMessage(nodeHashes, this.#view, client.lastKey);
  }

  #clientAt(socket: number, address: AddressWords): ScriptClient {
    const text = formatTransportAddress(address);
    const candidates =
      this.#clients.get(socket)?.filter((other) => formatTransportAddress(other.address) === text) ?? [];
    const client = candidates.find((candidate) => candidate === this.#sender) ?? candidates[0];
    assert(client !== undefined, `${text} is a client`);
    return client;
  }
}

function relayId(relay: number): RelaySocketId {
  return relay as RelaySocketId;
}

function describeCommand(command: Command): string {
  switch (command.kind) {
    case 'open-relay': {
      const flags = command.dontFragment ? ' dont-fragment' : '';
      return `open ${command.relay} ${formatTransportAddress(command.local)}${flags}`;
    }
    case 'close-relay':
      return `close ${command.relay}`;
    case 'close-client':
      return `disconnect ${command.socket}`;
    case 'claim-reservation':
      return `claim ${command.claim} from worker ${command.worker}`;
    case 'return-port':
      return `return ${command.port.relayAddress}:${command.port.port} to worker ${command.worker}`;
  }
}
