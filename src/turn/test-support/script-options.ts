import { nodeHashes } from '../../app/node-hashes.ts';
import { parseCidr } from '../../base/cidr.ts';
import { parseIp, parseTransportAddress } from '../../base/ip.ts';
import type { Random } from '../../base/random.ts';
import type { AddressWords } from '../../base/socket-address.ts';
import type { ClientBacklog } from '../client-backlog.ts';
import { COUNTER_NAMES } from '../counter.ts';
import { type AllocationQuota, LocalQuota } from '../quota.ts';
import { RevokedUsernames } from '../revoked-usernames.ts';
import { DEFAULT_TURN_LIMITS, type TurnLimits, type TurnServerOptions } from '../server-options.ts';

/** What a script may want otherwise. Addresses and ranges are text. */
export interface ScriptOptions {
  readonly relays?: readonly { readonly bind: string; readonly advertised: string }[];
  readonly relayPorts?: { readonly min: number; readonly max: number };
  readonly worker?: { readonly index: number; readonly count: number };
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly listeners?: readonly string[];
  readonly interfaces?: readonly string[];
  readonly quota?: AllocationQuota;
  readonly backlog?: ClientBacklog;
  readonly limits?: Partial<TurnLimits>;
  readonly dontFragment?: boolean;
  readonly software?: string;
  readonly masterSecrets?: readonly Uint8Array[];
}

export const REALM = 'turn.example';
export const MASTER_SECRET = new Uint8Array(32).fill(7);
export const RELAY_IPV4 = '203.0.113.10';
export const RELAY_IPV6 = '2001:db8:a::10';

/** An IP address, or an address with its port. */
export function addressOf(text: string): AddressWords {
  const words = parseTransportAddress(text) ?? parseIp(text);
  if (words === undefined) {
    throw new TypeError(`no address: ${text}`);
  }
  return words;
}

/** The options of a server that a script drives, one relay address of each family. */
export function serverOptions(options: ScriptOptions): TurnServerOptions {
  const relays = options.relays ?? [
    { bind: RELAY_IPV4, advertised: RELAY_IPV4 },
    { bind: RELAY_IPV6, advertised: RELAY_IPV6 },
  ];
  return {
    hashes: nodeHashes,
    random: new FirstChoice(),
    realm: REALM,
    software: options.software ?? '',
    nonceKey: new Uint8Array(32).fill(9),
    masterSecrets: options.masterSecrets ?? [MASTER_SECRET],
    worker: options.worker ?? { index: 0, count: 1 },
    relays: relays.map(({ bind, advertised }) => ({ bind: addressOf(bind), advertised: addressOf(advertised) })),
    relayPorts: options.relayPorts ?? { min: 50_000, max: 50_999 },
    peers: {
      allow: (options.allow ?? []).map(rangeOf),
      deny: (options.deny ?? []).map(rangeOf),
      own: {
        listeners: (options.listeners ?? []).map(addressOf),
        interfaces: (options.interfaces ?? []).map(addressOf),
      },
    },
    revocations: new RevokedUsernames(nodeHashes, new FirstChoice(), (bytes) => new ArrayBuffer(bytes)),
    quota: options.quota ?? new LocalQuota(),
    backlog: options.backlog ?? { hasRoom: () => true },
    limits: { ...DEFAULT_TURN_LIMITS, ...options.limits },
    features: { dontFragment: options.dontFragment ?? false },
    counters: new Float64Array(COUNTER_NAMES.length),
  };
}

function rangeOf(text: string): ReturnType<typeof parseCidr> & object {
  const range = parseCidr(text);
  if (range === undefined) {
    throw new TypeError(`no range: ${text}`);
  }
  return range;
}

/** Takes the first of what there is to choose from, so that a script knows which port comes; what is secret differs. */
class FirstChoice implements Random {
  readonly #state = Uint32Array.of(1);

  fill(target: Uint8Array): void {
    for (let at = 0; at < target.length; at += 1) {
      target[at] = this.#next() >>> 24;
    }
  }

  below(bound: number): number {
    return bound === 0x100000000 ? this.#next() : 0;
  }

  /** A step of a linear congruential generator: good enough to differ. */
  #next(): number {
    this.#state[0] = Math.imul(this.#state[0] as number, 1_664_525) + 1_013_904_223;
    return this.#state[0] as number;
  }
}
