import { nodeHashes } from '../../src/app/node-hashes.ts';
import type { Instant, UnixMs } from '../../src/base/clock.ts';
import { formatIp, formatTransportAddress } from '../../src/base/ip.ts';
import { SeededRandom } from '../../src/base/seeded-random.ts';
import { deriveInstallationKeys } from '../../src/contract/credential.ts';
import { NonceMint } from '../../src/turn/nonce.ts';
import type { ClientSocketId } from '../../src/turn/path.ts';
import { TurnServer } from '../../src/turn/server.ts';
import { DEFAULT_TURN_LIMITS, type TurnServerOptions } from '../../src/turn/server-options.ts';
import { ScriptClient, type ScriptHost } from '../../src/turn/test-support/script-client.ts';
import { addressOf, MASTER_SECRET, serverOptions } from '../../src/turn/test-support/script-options.ts';
import { ACCOUNT, KEY, START, TurnScript, UNIX_START } from '../../src/turn/test-support/turn-script.ts';

const LISTENER = 0 as ClientSocketId;
const CHANNEL = 0x4000;
const PORTS = { min: 49_152, max: 65_535 };
/** One address has ports for 16,384 allocations. */
const RELAY_ADDRESSES = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'] as const;
const ALLOCATIONS_MAX = RELAY_ADDRESSES.length * (PORTS.max - PORTS.min + 1);

/** A server on virtual time with as many allocations as one wants, each of a client and a user of its own. */
export class Crowd implements ScriptHost {
  now: Instant = START;
  readonly server: TurnServer;
  /** Relay sockets that were opened on each relay address. */
  readonly opened = new Map<string, number>();
  readonly #options: TurnServerOptions;
  readonly #nonces: NonceMint;
  readonly #keys = deriveInstallationKeys(nodeHashes, MASTER_SECRET);
  readonly #script = new TurnScript();
  #clientCount = 0;
  #lastBytes: Uint8Array = new Uint8Array();

  constructor() {
    this.#options = {
      ...serverOptions({
        relays: RELAY_ADDRESSES.map((address) => ({ bind: address, advertised: address })),
        relayPorts: PORTS,
        limits: { allocationsMax: ALLOCATIONS_MAX },
      }),
      random: new SeededRandom(1),
    };
    this.server = new TurnServer(this.#options);
    this.server.setClockOffset(UNIX_START - START);
    this.server.addClientSocket(LISTENER, 'udp', addressOf('203.0.113.10:3478'));
    this.server.applyChange({ kind: 'key-live', keyUid: KEY, accountId: ACCOUNT }, this.now);
    this.#nonces = new NonceMint(nodeHashes, this.#options.nonceKey, 1000 * DEFAULT_TURN_LIMITS.nonceLifetimeSeconds);
  }

  /** A client that knows its nonce already. */
  makeClient(): ScriptClient {
    const n = this.#clientCount;
    this.#clientCount += 1;
    const address = addressOf(`198.18.${(n >> 8) & 0xff}.${n & 0xff}:4000`);
    const credential = this.#script.credential({ keys: this.#keys, customIdentifier: `user-${n}` });
    const client = new ScriptClient(this, `${n}`, LISTENER, 'udp', address, credential);
    const unixNow = (this.now - START + UNIX_START) as UnixMs;
    client.nonce = this.#nonces.issue('udp', address, 0, unixNow).slice();
    return client;
  }

  /** Makes so many allocations of that lifetime, each with a channel to a peer of its own. */
  allocate(count: number, lifetimeSeconds: number): void {
    for (let index = 0; index < count; index += 1) {
      const client = this.makeClient();
      client.allocate({ lifetime: lifetimeSeconds });
      client.channelBind(CHANNEL, formatTransportAddress(client.address).replace('198.18.', '8.8.'));
    }
  }

  /** The bytes of an Allocate request, and of the Refresh request that ends the allocation. */
  prepareCycle(): Cycle {
    const client = this.makeClient();
    client.allocate();
    const allocate = this.#lastBytes;
    client.refresh(0);
    return { client, allocate, end: this.#lastBytes };
  }

  runCycle({ client, allocate, end }: Cycle): void {
    this.fromClient(client, allocate);
    this.fromClient(client, end);
  }

  /** Lets the time be `seconds` after the start, and the server end what is over. */
  expire(seconds: number): void {
    this.now = (START + 1000 * seconds) as Instant;
    this.server.handleTimeout(this.now);
    this.#obey();
  }

  fromClient({ socket, address }: ScriptClient, bytes: Uint8Array): string[] {
    this.#lastBytes = bytes;
    this.server.handleClient(socket, address, 0, bytes, 0, bytes.length, this.now);
    this.#obey();
    return [];
  }

  /** Opens what the server wants opened. */
  #obey(): void {
    for (let command = this.server.nextCommand(); command !== undefined; command = this.server.nextCommand()) {
      if (command.kind === 'open-relay') {
        const address = formatIp(command.local);
        this.opened.set(address, (this.opened.get(address) ?? 0) + 1);
        this.server.handleRelayOpened(command.relay, this.now);
      }
    }
  }
}

export interface Cycle {
  readonly client: ScriptClient;
  readonly allocate: Uint8Array;
  readonly end: Uint8Array;
}
