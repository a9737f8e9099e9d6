import {
  ALLOCATION_LIFETIME_SECONDS_DEFAULT,
  ALLOCATION_LIFETIME_SECONDS_MAX_DEFAULT,
  ALLOCATIONS_PER_CREDENTIAL_MAX_DEFAULT,
  ALLOCATIONS_PER_WORKER_MAX,
  ALLOCATIONS_PER_WORKER_MAX_DEFAULT,
  ALLOCATIONS_QUOTA_MAX,
  BITS_PER_SECOND_DEFAULT,
  BITS_PER_SECOND_MAX,
  CHANNELS_PER_ALLOCATION_MAX_DEFAULT,
  CREDENTIAL_TTL_SECONDS_MAX_DEFAULT,
  KEYS_PER_ACCOUNT_MAX_DEFAULT,
  MONTHLY_EGRESS_BYTES_MAX,
  NEW_PEERS_BURST_DEFAULT,
  NEW_PEERS_MAX,
  NEW_PEERS_PER_SECOND_DEFAULT,
  NONCE_LIFETIME_SECONDS_DEFAULT,
  PACKETS_PER_SECOND_DEFAULT,
  PACKETS_PER_SECOND_MAX,
  PERMISSIONS_PER_ALLOCATION_MAX_DEFAULT,
  REFUSALS_PER_ADDRESS_PER_SECOND_DEFAULT,
  STREAM_CONNECTIONS_PER_ADDRESS_MAX_DEFAULT,
  STREAM_CONNECTIONS_PER_WORKER_MAX_DEFAULT,
  USAGE_REPORT_INTERVAL_MS_DEFAULT,
  WEBHOOKS_PER_ACCOUNT_MAX_DEFAULT,
  WORKERS_MAX,
} from '../base/limits.ts';
import {
  cidrKind,
  hostKind,
  portRangeKind,
  type RelayAddress,
  relayAddressKind,
  transportAddressKind,
  turnListenerKind,
} from './address-kinds.ts';
import { listenersOf, loopbackHttp } from './default-listeners.ts';
import { masterSecretsKind } from './master-secrets-kind.ts';
import { booleanKind, choiceKind, integerKind, listKind, textKind } from './scalar-kinds.ts';
import { optional, setting, type ValuesOf } from './setting.ts';

const filePath = textKind(/^[^\0]+$/, 'the path of a file');
const token = textKind(
  /^[\x21-\x7e]{32,256}$/,
  '32 to 256 visible ASCII characters (`openssl rand -hex 32` makes one)',
);
const http = {
  listen: setting(transportAddressKind, {
    description: 'Where the HTTP API listens. Put a reverse proxy with TLS in front before it leaves the machine.',
    fallback: loopbackHttp,
    fallbackText: '127.0.0.1:8787',
  }),
  admin: optional(transportAddressKind, {
    description:
      'A second listener for the HTTP API. It answers everything; `http.listen` then answers credentials and health alone: no management API, metrics or reference.',
    fallbackText: 'none: `http.listen` answers everything',
  }),
  cors: setting(
    listKind(textKind(/^(\*|https?:\/\/[^\s/]+)$/, 'an origin such as https://app.example, or *'), 'origins'),
    {
      description:
        'Origins whose pages may call the API from a browser. Tokens belong on servers, so the default is none.',
      fallback: [],
      fallbackText: 'none',
    },
  ),
  dashboard: setting(booleanKind, {
    description: 'Whether a browser is given the dashboard at `/`. Everything that it does, the API does too.',
    fallback: true,
  }),
  requestsPerTokenPerMinute: setting(integerKind(0, 100_000_000, 'requests'), {
    description: 'Requests a minute with one valid token; 0 is no limit.',
    fallback: 600_000,
  }),
  requestsPerAddressPerMinute: setting(integerKind(0, 100_000_000, 'requests'), {
    description: 'Requests a minute without a valid token from one address; 0 is no limit.',
    fallback: 600,
  }),
  trustedProxies: setting(listKind(cidrKind, 'address ranges'), {
    description: 'Reverse proxies whose X-Forwarded-For names the client that is limited.',
    fallback: [],
    fallbackText: 'none',
  }),
};

const turn = {
  listen: setting(listKind(turnListenerKind, 'listeners', 1), {
    description: 'Where TURN clients connect.',
    fallback: listenersOf,
    fallbackText:
      'udp://0.0.0.0:3478,tcp://0.0.0.0:3478,tls://0.0.0.0:5349, and the same on [::] where the machine has IPv6',
  }),
  relayAddress: setting(listKind(relayAddressKind, 'relay addresses', 1), {
    description:
      'Addresses that relayed transport addresses are made on, first the one that clients are given first. Behind a one-to-one NAT write `bind=advertised`.',
    fallback: (host): readonly RelayAddress[] =>
      host.relayAddresses.map((address) => ({ bind: address, advertised: address })),
    fallbackText: "the addresses of the default route's interface, else loopback",
  }),
  relayPorts: setting(portRangeKind, {
    description: 'The ports that relayed transport addresses are made on; open them in the firewall for UDP.',
    fallback: { min: 49152, max: 65535 },
  }),
  hostname: optional(hostKind, {
    description: 'The name or address that clients are told to connect to. With TLS it has to be in the certificate.',
    fallbackText: 'the first advertised relay address',
  }),
  realm: setting(textKind(/^[\x21\x23-\x5b\x5d-\x7e]{1,32}$/, '1 to 32 visible ASCII characters without " and \\'), {
    description: 'The STUN realm (RFC 8489 §14.9). It is short, so that a challenge is too.',
    fallback: 'taciturn',
  }),
  workers: setting(integerKind(1, WORKERS_MAX, 'threads'), {
    description: 'Worker threads that relay; each has its own sockets and its share of the relay ports.',
    fallback: (host): number => host.cores,
    fallbackText: 'one per core',
  }),
  datagram: setting(choiceKind(['auto', 'io_uring', 'mmsg', 'dgram']), {
    description:
      "How UDP is read and written: `io_uring` and `mmsg` are Linux's calls for many datagrams at once, `dgram` is Node's own, which works everywhere and takes several times the CPU. `auto` tries them in this order at the start. With another value a start fails where that one does not work.",
    fallback: 'auto',
  }),
  maxLifetimeSeconds: setting(integerKind(ALLOCATION_LIFETIME_SECONDS_DEFAULT, 86_400, 'seconds'), {
    description: 'The longest lifetime that an Allocate or a Refresh is given (RFC 8656 §7.2: 3600).',
    fallback: ALLOCATION_LIFETIME_SECONDS_MAX_DEFAULT,
  }),
  nonceLifetimeSeconds: setting(integerKind(60, 86_400, 'seconds'), {
    description: 'How long a nonce is accepted (RFC 8656 §5: an hour at most).',
    fallback: NONCE_LIFETIME_SECONDS_DEFAULT,
  }),
};

const monthlyEgress = (what: string, effect: string) =>
  setting(integerKind(0, MONTHLY_EGRESS_BYTES_MAX, 'bytes'), {
    description: `${what} to clients in a calendar month of UTC, as usage counts it; more ${effect}. 0 is no limit.`,
    fallback: 0,
  });

const limits = {
  allocationsPerWorker: setting(integerKind(1, ALLOCATIONS_PER_WORKER_MAX, 'allocations'), {
    description: 'Allocations of one worker; one more is answered 508.',
    fallback: ALLOCATIONS_PER_WORKER_MAX_DEFAULT,
  }),
  allocationsPerCredential: setting(integerKind(0, ALLOCATIONS_QUOTA_MAX, 'allocations'), {
    description:
      'Allocations that one username may have at a time, over all workers; one more is answered 486. 0 is no limit.',
    fallback: ALLOCATIONS_PER_CREDENTIAL_MAX_DEFAULT,
  }),
  allocationsPerCustomIdentifier: setting(integerKind(0, ALLOCATIONS_QUOTA_MAX, 'allocations'), {
    description:
      'The same of all credentials of one TURN key that have one custom identifier; one more is answered 486. 0 is no limit.',
    fallback: 0,
  }),
  allocationsPerKey: setting(integerKind(0, ALLOCATIONS_QUOTA_MAX, 'allocations'), {
    description: 'The same of all credentials of one TURN key; one more is answered 486. 0 is no limit.',
    fallback: 0,
  }),
  allocationsPerAccount: setting(integerKind(0, ALLOCATIONS_QUOTA_MAX, 'allocations'), {
    description: 'The same of all TURN keys of one account; one more is answered 486. 0 is no limit.',
    fallback: 0,
  }),
  allocationsPerClientAddress: setting(integerKind(0, ALLOCATIONS_QUOTA_MAX, 'allocations'), {
    description:
      'Allocations that clients of one IP address may have at a time, over all workers, an IPv6 /64 counted as one; one more is answered 508. Many people may share an address. 0 is no limit.',
    fallback: 0,
  }),
  keyMonthlyEgressSoftBytes: monthlyEgress('What one TURN key may send', 'is told'),
  keyMonthlyEgressHardBytes: monthlyEgress(
    'What one TURN key may send',
    'ends its allocations; new ones are answered 403',
  ),
  accountMonthlyEgressSoftBytes: monthlyEgress('What all TURN keys of one account may send', 'is told'),
  accountMonthlyEgressHardBytes: monthlyEgress(
    'What all TURN keys of one account may send',
    'ends their allocations; new ones are answered 403',
  ),
  permissionsPerAllocation: setting(integerKind(1, 4096, 'permissions'), {
    description: 'Peer addresses that one allocation may admit at a time.',
    fallback: PERMISSIONS_PER_ALLOCATION_MAX_DEFAULT,
  }),
  channelsPerAllocation: setting(integerKind(1, 4096, 'channels'), {
    description: 'Channels that one allocation may have bound at a time.',
    fallback: CHANNELS_PER_ALLOCATION_MAX_DEFAULT,
  }),
  allocationNewPeersPerSecond: setting(integerKind(0, NEW_PEERS_MAX, 'peers'), {
    description:
      'Peer IP addresses a second that one allocation may add by CreatePermission and ChannelBind; more are answered 508. An address counts unless the allocation has a permission for it. 0 is no limit.',
    fallback: NEW_PEERS_PER_SECOND_DEFAULT,
  }),
  allocationNewPeersBurst: setting(integerKind(1, NEW_PEERS_MAX, 'peers'), {
    description:
      'Of these, how many may come at once; a call begins with an address for each candidate of its other side.',
    fallback: NEW_PEERS_BURST_DEFAULT,
  }),
  allocationPacketsPerSecond: setting(integerKind(0, PACKETS_PER_SECOND_MAX, 'packets'), {
    description:
      'Packets a second that are relayed for one allocation, in each direction, after as many at once; more are dropped. 0 is no limit.',
    fallback: PACKETS_PER_SECOND_DEFAULT,
  }),
  allocationBitsPerSecond: setting(integerKind(0, BITS_PER_SECOND_MAX, 'bits'), {
    description:
      'Bits a second of these packets, in each direction, after as many at once; more are dropped. They are counted as usage counts them: ChannelData or indication with all that is in it, without IP, UDP, TCP and TLS. 0 is no limit.',
    fallback: BITS_PER_SECOND_DEFAULT,
  }),
  streamConnectionsPerWorker: setting(integerKind(1, 1_000_000, 'connections'), {
    description: 'TCP and TLS connections of one worker; one more is closed at once.',
    fallback: STREAM_CONNECTIONS_PER_WORKER_MAX_DEFAULT,
  }),
  streamConnectionsPerAddress: setting(integerKind(1, 1_000_000, 'connections'), {
    description: 'Of these, the connections of one client address; an IPv6 /64 counts as one.',
    fallback: STREAM_CONNECTIONS_PER_ADDRESS_MAX_DEFAULT,
  }),
  refusalsPerAddressPerSecond: setting(integerKind(0, 1_000_000, 'refusals'), {
    description:
      'Over UDP, TURN requests a second of one client address that are answered although they are not authenticated, as the first of each client is; more are met with silence. Each worker counts for itself, and an IPv6 /64 as one. 0 is no limit.',
    fallback: REFUSALS_PER_ADDRESS_PER_SECOND_DEFAULT,
  }),
  keysPerAccount: setting(integerKind(1, 1_000_000, 'keys'), {
    description: 'TURN keys that one account may have.',
    fallback: KEYS_PER_ACCOUNT_MAX_DEFAULT,
  }),
};

const peers = {
  allow: setting(listKind(cidrKind, 'address ranges'), {
    description:
      'Ranges that are relayed to although they are private or otherwise special. The service never relays to its own listeners.',
    fallback: [],
    fallbackText: 'none',
  }),
  deny: setting(listKind(cidrKind, 'address ranges'), {
    description: 'Ranges that are not relayed to, besides the special ones; it wins over `peers.allow`.',
    fallback: [],
    fallbackText: 'none',
  }),
  deniedRetentionDays: setting(integerKind(1, 3650, 'days'), {
    description: 'How long a peer that a key wanted to reach, and that was denied, is remembered.',
    fallback: 30,
  }),
};

const webhooks = {
  perAccount: setting(integerKind(0, 1_000, 'webhooks'), {
    description: 'Webhooks that one account may have; 0 allows none.',
    fallback: WEBHOOKS_PER_ACCOUNT_MAX_DEFAULT,
  }),
  allow: setting(listKind(cidrKind, 'address ranges'), {
    description:
      'Ranges that webhooks may be sent to although they are private or otherwise special, and by http as well as https. Whoever may make webhooks then reaches what listens there.',
    fallback: [],
    fallbackText: 'none',
  }),
  timeoutSeconds: setting(integerKind(1, 60, 'seconds'), {
    description: 'How long the receiver of a webhook has for its answer.',
    fallback: 10,
  }),
  disableAfterDays: setting(integerKind(1, 365, 'days'), {
    description: 'After how many days of nothing but failures a webhook is disabled.',
    fallback: 5,
  }),
};

const label = (what: string, example: string) =>
  optional(textKind(/^[^\p{Cc}]{1,64}$/u, '1 to 64 characters'), {
    description: `${what}, as analytics shows it; for example ${example}.`,
    fallbackText: 'none',
  });

/** Where this node is, in the words of Cloudflare's analytics. */
const node = {
  city: label('The city of this node', 'Zürich'),
  code: label('The code of its data centre', 'ZRH'),
  country: label('The code of its country', 'CH'),
  region: label('The code of its region', 'WEUR'),
};

const tls = {
  certificate: optional(filePath, {
    description: 'A PEM file with the certificate and its chain. Read again on change and on SIGHUP.',
    fileVariant: 'name',
    fallbackText: 'a self-signed one, made at first start',
  }),
  key: optional(filePath, {
    description: 'A PEM file with the private key of the certificate.',
    fileVariant: 'name',
    fallbackText: 'that of the self-signed certificate',
  }),
};

/** Every setting, once. The names of flags, variables and YAML keys follow from the path. */
export const settings = {
  data: setting(textKind(/^[^\0]+$/, 'the path of a folder'), {
    description: 'The folder of the database and the generated secrets; made with mode 0700.',
    fallback: './data',
  }),
  account: setting(textKind(/^[0-9A-Za-z_-]{1,64}$/, '1 to 64 letters, digits, - and _'), {
    description:
      'The identifier of the account that the first start makes; later starts take no other. The command line uses it, too.',
    fallback: 'default',
  }),
  adminToken: optional(token, {
    description:
      'The token with every permission on every account. A configured one takes the place of the one before, for good.',
    secret: true,
    fallbackText: 'generated at first start and printed once',
  }),
  masterSecret: optional(masterSecretsKind, {
    description:
      'What all credentials are derived from. It belongs to one data folder: a second node with the same secret knows neither the keys nor the revocations of this one. To rotate it, give the new one first and the former one after it.',
    secret: true,
    fallbackText: 'generated at first start into the data folder',
  }),
  http,
  turn,
  limits,
  peers,
  tls,
  webhooks,
  node,
  credentials: {
    maxTtlSeconds: setting(integerKind(1, 31_536_000, 'seconds'), {
      description: 'The longest lifetime of a credential; a larger `ttl` is cut to it.',
      fallback: CREDENTIAL_TTL_SECONDS_MAX_DEFAULT,
    }),
  },
  usage: {
    flushSeconds: setting(integerKind(1, 60, 'seconds'), {
      description: 'How often the relay reports usage; a crash loses at most this much.',
      fallback: USAGE_REPORT_INTERVAL_MS_DEFAULT / 1000,
    }),
    retentionDays: setting(integerKind(1, 3650, 'days'), {
      description: 'How long usage by the minute is kept.',
      fallback: 90,
    }),
    hourRetentionDays: setting(integerKind(1, 3650, 'days'), {
      description: 'How long usage by the hour is kept.',
      fallback: 400,
    }),
    dayRetentionDays: setting(integerKind(1, 36_500, 'days'), {
      description: 'How long usage by the day is kept.',
      fallback: 3_660,
    }),
  },
  audit: {
    retentionDays: setting(integerKind(1, 36_500, 'days'), {
      description:
        'How long the audit log keeps who did what: to keys, secrets, limits, tokens, webhooks, credentials and so on.',
      fallback: 365,
    }),
  },
  drainSeconds: setting(integerKind(0, 86_400, 'seconds'), {
    description: 'How long live allocations are served after SIGTERM; it ends sooner when there are none.',
    fallback: 30,
  }),
  log: {
    level: setting(choiceKind(['debug', 'info', 'warn', 'error', 'silent']), {
      description: 'The least severe line that is logged. Addresses and usernames appear at `debug`.',
      fallback: 'info',
    }),
    format: setting(choiceKind(['auto', 'json', 'text']), {
      description: 'One JSON object a line, or readable text; the log goes to standard error.',
      fallback: 'auto',
      fallbackText: 'auto: text on a terminal, else json',
    }),
  },
};

/** The configuration of a process: parsed, checked and frozen. */
export type Config = ValuesOf<typeof settings>;
