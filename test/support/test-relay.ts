import { randomBytes } from 'node:crypto';
import { nodeHashes } from '../../src/app/node-hashes.ts';
import { nodeRandom } from '../../src/app/node-random.ts';
import { relayWorkerUrl } from '../../src/app/relay-worker-url.ts';
import { type Cidr, parseCidr } from '../../src/base/cidr.ts';
import type { UnixMs } from '../../src/base/clock.ts';
import { parseIp } from '../../src/base/ip.ts';
import { type AddressWords, type Family, familyOf, IPV4 } from '../../src/base/socket-address.ts';
import {
  deriveCredential,
  deriveInstallationKeys,
  encodeUsername,
  type InstallationKeys,
} from '../../src/contract/credential.ts';
import type { AccountId, ClientTransport, KeyUid, Username } from '../../src/contract/ids.ts';
import type { UsageDelta } from '../../src/contract/usage-delta.ts';
import { makeSelfSignedCertificate } from '../../src/relay/certificate/self-signed-certificate.ts';
import { ChangeSnapshot } from '../../src/relay/change-snapshot.ts';
import type { Relay } from '../../src/relay/relay.ts';
import { DEFAULT_RELAY_LIMITS, type RelayOptions } from '../../src/relay/relay-options.ts';
import { startRelay } from '../../src/relay/supervisor.ts';
import { TurnClient, type TurnClientOptions } from './turn-client.ts';

const LOOPBACKS = [parseIp('127.0.0.1') as AddressWords, parseIp('::1') as AddressWords];
const TRANSPORTS: readonly ClientTransport[] = ['udp', 'tcp', 'tls'];
/** Above the ports that the system gives to clients. */
const RELAY_PORTS = { min: 61_000, max: 65_535 };
const CREDENTIAL_LIFETIME_MS = 3_600_000;

export interface TestCredential {
  readonly username: Username;
  readonly credential: string;
}

export interface CredentialWish {
  readonly customIdentifier?: string;
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A relay on loopback with real workers, and what tests do with it. */
export interface TestRelay {
  readonly relay: Relay;
  /** The key that `issue` issues under; live from the start. */
  readonly keyUid: KeyUid;
  readonly certificate: string;
  /** Every report that was stored. */
  readonly usage: readonly UsageDelta[];
  readonly log: readonly LogLine[];
  /** Where a transport is listened on. */
  listener(transport: ClientTransport, family?: Family): AddressWords;
  issue(wish?: CredentialWish): TestCredential;
  /** A client with a credential of its own, where `options` brings none. */
  connect(transport: ClientTransport, options?: Partial<TurnClientOptions> & { family?: Family }): Promise<TurnClient>;
  /** Closes the clients, and stops the relay. */
  stop(): Promise<void>;
}

/** Starts a relay that listens on all transports, on ports of the system's choice, and relays between loopback addresses. */
export async function startTestRelay(options: Partial<RelayOptions> = {}): Promise<TestRelay> {
  const masterSecret = randomBytes(32);
  const keyUid = randomBytes(16).toString('hex') as KeyUid;
  const material = makeSelfSignedCertificate({ hostnames: ['localhost'], addresses: LOOPBACKS }, Date.now() as UnixMs);
  const usage: UsageDelta[] = [];
  const log: LogLine[] = [];
  const clients: TurnClient[] = [];
  const known = new ChangeSnapshot(nodeHashes, nodeRandom);
  known.apply({ kind: 'key-live', keyUid, accountId: 'default' as AccountId });
  const relay = await startRelay({
    ...describeLoopbackRelay(),
    tls: material,
    masterSecrets: [masterSecret],
    known,
    onUsage: (delta) => {
      usage.push(delta);
    },
    log: (level, message, fields = {}) => log.push({ level, message, fields }),
    ...options,
  });
  const keys = deriveInstallationKeys(nodeHashes, masterSecret);
  const issue: TestRelay['issue'] = (wish) => issueCredential(keys, keyUid, wish);
  const listener: TestRelay['listener'] = (transport, family) => findListener(relay, transport, family);
  return {
    relay,
    keyUid,
    certificate: material.certificate,
    usage,
    log,
    listener,
    issue,
    connect: async (transport, { family, ...rest } = {}) => {
      const server = rest.server ?? listener(transport, family);
      const client = await TurnClient.connect({
        transport,
        server,
        tls: { ca: material.certificate },
        ...issue(),
        ...rest,
      });
      clients.push(client);
      return client;
    },
    stop: async () => {
      await Promise.all(clients.splice(0).map((client) => client.close()));
      await relay.stop();
    },
  };
}

function describeLoopbackRelay() {
  return {
    listen: TRANSPORTS.flatMap((transport) => LOOPBACKS.map((address) => ({ transport, address }))),
    relays: LOOPBACKS.map((address) => ({ bind: address, advertised: address })),
    relayPorts: RELAY_PORTS,
    realm: 'test.example',
    software: '',
    workers: 1,
    datagram: 'auto' as const,
    peers: { allow: ['127.0.0.0/8', '::1/128'].map((text) => parseCidr(text) as Cidr), deny: [] },
    httpListen: [],
    // All clients have one address here.
    limits: { ...DEFAULT_RELAY_LIMITS, refusalsPerAddressPerSecond: 0 },
    node: 'node',
    boot: 'boot',
    usageIntervalMs: 60_000,
    workerEntry: relayWorkerUrl,
  };
}

function issueCredential(
  keys: InstallationKeys,
  keyUid: KeyUid,
  { customIdentifier = '' }: CredentialWish = {},
): TestCredential {
  const now = Date.now();
  const expiresAt = (Math.ceil(now / 1_000) * 1_000 + CREDENTIAL_LIFETIME_MS) as UnixMs;
  const claims = { keyUid, issuedAt: now as UnixMs, expiresAt, customIdentifier, random: randomBytes(6) };
  const username = encodeUsername(nodeHashes, keys, claims);
  return { username, credential: deriveCredential(nodeHashes, keys, keyUid, username) };
}

function findListener(relay: Relay, transport: ClientTransport, family: Family = IPV4): AddressWords {
  const found = relay.listening.find(
    (listening) => listening.transport === transport && familyOf(listening.address) === family,
  );
  if (found === undefined) {
    throw new Error(`nothing listens for ${transport} on IPv${family}`);
  }
  return found.address;
}
