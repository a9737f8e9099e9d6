import { encodeUtf8 } from '../base/bytes.ts';
import type { Instant, UnixMs } from '../base/clock.ts';
import { STUN_ATTRIBUTES_MAX } from '../base/limits.ts';
import { ADDRESS_WORDS, type AddressWords, type Family, familyOf, IPV4, IPV6 } from '../base/socket-address.ts';
import { deriveInstallationKeys } from '../contract/credential.ts';
import { MessageWriter } from '../stun/message-writer.ts';
import { AllocationTable } from './allocation-table.ts';
import { Authenticator } from './authenticator.ts';
import { ChannelTable } from './channel-table.ts';
import { ClientRequest } from './client-request.ts';
import { CommandQueue } from './command.ts';
import { DeniedPeers } from './denied-peers.ts';
import { EgressBlocks } from './egress-blocks.ts';
import { Forward } from './forward.ts';
import { KeyRing } from './key-ring.ts';
import { LimitRegister } from './limit-register.ts';
import { LimitedAllocations } from './limited-allocations.ts';
import { Meter } from './meter.ts';
import { NonceMint } from './nonce.ts';
import { NoticeQueue } from './notice-queue.ts';
import { OutcomeTable } from './outcome-table.ts';
import type { ClientSocket, ClientSocketId } from './path.ts';
import { PeerPolicy } from './peer-policy.ts';
import { PermissionTable } from './permission-table.ts';
import { PortPool } from './port-pool.ts';
import { QuotaKeyMaker } from './quota-keys.ts';
import { RateLimiter } from './rate-limiter.ts';
import { RefusalLimit } from './refusal-limit.ts';
import { RelayAliases } from './relay-aliases.ts';
import { RelayTable } from './relay-table.ts';
import { Reservations } from './reservations.ts';
import { Responder } from './responder.ts';
import { assertOptions, type TurnServerOptions } from './server-options.ts';
import { SharedSecrets } from './shared-secrets.ts';
import { ToldLimits } from './told-limits.ts';
import { TransactionIds } from './transaction-ids.ts';

/** Relays that an allocation has at most: one of each family. */
const RELAYS_PER_ALLOCATION = 2;

/** What the secret that allocations are counted by is derived for; all workers have the same. */
const QUOTA_SECRET = encodeUtf8('taciturn quota');

/** Everything one server knows. Its parts keep their own rules; the functions of this folder act on several of them. */
export class ServerState {
  readonly options: TurnServerOptions;
  readonly counters: Float64Array;
  readonly forward = new Forward();
  readonly commands = new CommandQueue();

  readonly clientSockets = new Map<ClientSocketId, ClientSocket>();
  readonly allocations: AllocationTable;
  readonly relays: RelayTable;
  readonly permissions: PermissionTable;
  readonly channels: ChannelTable;
  /** Families of the relay addresses. */
  readonly families: readonly Family[];
  /** Relay addresses of each family, as their places in the options. */
  readonly relayAddresses: Readonly<Record<Family, readonly number[]>>;
  /** By relay address. */
  readonly portPools: readonly PortPool[];
  readonly reservations: Reservations;
  /** Reserved ports that other workers have now. */
  readonly lentPorts = new Set<number>();
  /** Claims of ports from other workers that are under way, and the pending allocation of each. */
  readonly claims = new Map<number, number>();
  nextClaim = 0;

  readonly policy: PeerPolicy;
  readonly aliases: RelayAliases;
  readonly keyRing: KeyRing;
  readonly authenticator: Authenticator;
  readonly responder: Responder;
  readonly meter: Meter;
  readonly limits: LimitRegister;
  readonly egressBlocks = new EgressBlocks();
  readonly quotaKeys: QuotaKeyMaker;
  readonly limiter = new RateLimiter();
  readonly limited = new LimitedAllocations();
  readonly refusals: RefusalLimit;
  readonly deniedPeers: DeniedPeers;
  readonly outcomes: OutcomeTable;
  readonly notices = new NoticeQueue();
  readonly toldLimits = new ToldLimits();

  /** No new allocations. */
  isDraining = false;
  /** Unix time less the clock that `now` is read from. */
  clockOffsetMs = 0;

  /** The message that is being handled. */
  readonly request = new ClientRequest();
  /** Writes indications where their payload lies. */
  readonly indicationWriter = new MessageWriter();
  readonly indicationIds: TransactionIds;
  /** Types of attributes that are not known. */
  readonly unknownTypes = new Uint16Array(STUN_ATTRIBUTES_MAX);
  /** Peers of the message that is being handled, one row each. */
  readonly peers: AddressWords = new Uint32Array(STUN_ATTRIBUTES_MAX * ADDRESS_WORDS);

  constructor(options: TurnServerOptions) {
    assertOptions(options);
    const { hashes, random, realm, software, relays, relayPorts, worker, limits, peers } = options;
    this.options = options;
    this.counters = options.counters;
    this.allocations = new AllocationTable(limits.allocationsMax, random);
    this.relays = new RelayTable(RELAYS_PER_ALLOCATION * limits.allocationsMax);
    this.permissions = new PermissionTable(random);
    this.channels = new ChannelTable(random);
    const placesOf = (family: Family): number[] =>
      relays.flatMap(({ bind }, place) => (familyOf(bind) === family ? [place] : []));
    this.relayAddresses = { [IPV4]: placesOf(IPV4), [IPV6]: placesOf(IPV6) };
    this.families = ([IPV4, IPV6] as const).filter((family) => this.relayAddresses[family].length > 0);
    this.portPools = relays.map(() => new PortPool(relayPorts, worker, random));
    this.reservations = new Reservations(worker.index, limits.reservationsMax, random);
    this.policy = new PeerPolicy({ ...peers, relays, relayPorts });
    this.aliases = new RelayAliases(relays);
    this.limits = new LimitRegister(limits.allocationsPerClientAddressMax);
    this.quotaKeys = new QuotaKeyMaker(hashes.hmacSha256(options.nonceKey, QUOTA_SECRET));
    const installationKeys = options.masterSecrets.map((secret) => deriveInstallationKeys(hashes, secret));
    this.keyRing = new KeyRing(options.revocations, new SharedSecrets(hashes, installationKeys));
    this.meter = new Meter(this.counters);
    this.indicationIds = new TransactionIds(random);
    const nonces = new NonceMint(hashes, options.nonceKey, 1000 * limits.nonceLifetimeSeconds);
    this.authenticator = new Authenticator({
      hashes,
      realm,
      installationKeys,
      nonces,
      keyRing: this.keyRing,
      credentialTtlSecondsMax: limits.credentialTtlSecondsMax,
    });
    this.responder = new Responder({ hashes, realm, software, nonces, forward: this.forward });
    this.refusals = new RefusalLimit(limits.refusalsPerAddressPerSecond, this.counters, random);
    this.deniedPeers = new DeniedPeers(this.counters, random);
    this.outcomes = new OutcomeTable(this.counters);
  }

  /** Adds one to the counter at a place. */
  count(place: number): void {
    this.counters[place] = (this.counters[place] as number) + 1;
  }

  unixNow(now: Instant): UnixMs {
    return (now + this.clockOffsetMs) as UnixMs;
  }
}
