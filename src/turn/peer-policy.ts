import { type Cidr, cidrContains, formatCidr } from '../base/cidr.ts';
import { ADDRESS_WORDS, type AddressWords, portOf, sameIp } from '../base/socket-address.ts';
import { readEmbeddedIpv4, type SpecialKind, specialKindOf } from '../base/special-addresses.ts';
import type { PortRange } from './port-pool.ts';
import type { RelayAddress } from './relay-address.ts';

/** Why nothing may be relayed to a peer. */
export type PeerDenial =
  | SpecialKind
  /** The service's own TURN or HTTP listener. Nothing opens it. */
  | 'own-listener'
  /** Another port of one of this host's own addresses. */
  | 'own-host'
  /** A range that the operator closed. */
  | 'deny-list';

/** Addresses of this host; they may change while it runs. */
export interface OwnAddresses {
  /** Every TURN and HTTP listener, with its port; wildcards as they are. */
  readonly listeners: readonly AddressWords[];
  /** Every address of every interface; ports do not matter. */
  readonly interfaces: readonly AddressWords[];
}

export interface PeerPolicyOptions {
  /** Ranges opened although they are special, or this host's own. */
  readonly allow: readonly Cidr[];
  /** Ranges closed although they are ordinary, or allowed. */
  readonly deny: readonly Cidr[];
  readonly own: OwnAddresses;
  readonly relays: readonly RelayAddress[];
  readonly relayPorts: PortRange;
}

/**
 * Decides which peers may be relayed to: for CreatePermission, ChannelBind and Send alike (RFC 8656 §10.2, §12.2, §11.2).
 *
 * An IPv6 address that stands for an IPv4 one is decided twice, as what it is and as what it means, and both must be
 * allowed: a translator on the way would otherwise open what is closed. Within each decision the first that applies counts:
 *
 * 1. the service's own listeners are closed, however they are named;
 * 2. the operator's `deny` closes;
 * 3. this server's own relayed transport addresses are open, so that two of its clients reach each other;
 * 4. the operator's `allow` opens;
 * 5. everything else on this host is closed;
 * 6. special addresses are closed.
 */
export class PeerPolicy {
  readonly #options: PeerPolicyOptions;
  #own: OwnAddresses;
  /** The IPv4 address that is being decided in place of the IPv6 one around it. */
  readonly #embedded: AddressWords = new Uint32Array(ADDRESS_WORDS);

  constructor(options: PeerPolicyOptions) {
    this.#options = options;
    this.#own = options.own;
  }

  setOwnAddresses(own: OwnAddresses): void {
    this.#own = own;
  }

  /** Why nothing may be relayed to the peer's address and port at `at`; undefined when it may. */
  mayRelayTo(peer: AddressWords, at = 0): PeerDenial | undefined {
    return this.#decide(peer, at, false);
  }

  /**
   * The same for a permission, which is for all ports of an IP address (RFC 8656 §9): undefined when there is a port that may
   * be relayed to. Where `dependsOnPort`, each port is to be decided when it is used.
   */
  mayPermit(peer: AddressWords, at = 0): PeerDenial | undefined {
    return this.#decide(peer, at, true);
  }

  /** Whether the ports of the peer's IP address are not all decided alike: it is one of this host's own. */
  dependsOnPort(peer: AddressWords, at = 0): boolean {
    return (
      this.#isOnThisHost(peer, at) ||
      (readEmbeddedIpv4(peer, at, this.#embedded) && this.#isOnThisHost(this.#embedded, 0))
    );
  }

  /** The range of `deny` that closes the peer, as it is or as what it means; empty when none does. */
  describeDenyingRange(peer: AddressWords, at = 0): string {
    const { deny } = this.#options;
    const hasEmbedded = readEmbeddedIpv4(peer, at, this.#embedded);
    const range = deny.find(
      (closed) => cidrContains(closed, peer, at) || (hasEmbedded && cidrContains(closed, this.#embedded)),
    );
    return range === undefined ? '' : formatCidr(range);
  }

  #decide(peer: AddressWords, at: number, anyPort: boolean): PeerDenial | undefined {
    const denial = this.#decideLiterally(peer, at, anyPort);
    return denial === undefined && readEmbeddedIpv4(peer, at, this.#embedded)
      ? this.#decideLiterally(this.#embedded, 0, anyPort)
      : denial;
  }

  #decideLiterally(peer: AddressWords, at: number, anyPort: boolean): PeerDenial | undefined {
    const { allow, deny } = this.#options;
    if (!anyPort && this.#isOwnListener(peer, at)) {
      return 'own-listener';
    }
    if (isInAny(deny, peer, at)) {
      return 'deny-list';
    }
    if (this.#isRelayIp(peer, at) && (anyPort || this.#isRelayPort(portOf(peer, at)))) {
      return undefined;
    }
    if (isInAny(allow, peer, at)) {
      return undefined;
    }
    return this.#isOwnIp(peer, at) ? 'own-host' : specialKindOf(peer, at);
  }

  /** Whether a packet to the peer's address and port would arrive at a listener of the service. */
  #isOwnListener(peer: AddressWords, at: number): boolean {
    const port = portOf(peer, at);
    for (const listener of this.#own.listeners) {
      if (portOf(listener) === port && this.#reaches(peer, at, listener)) {
        return true;
      }
    }
    return false;
  }

  #reaches(peer: AddressWords, at: number, listener: AddressWords): boolean {
    // A socket on the IPv6 wildcard may accept IPv4 too, so a wildcard of either family counts for both.
    if (isUnspecified(listener, 0)) {
      return this.#isOnThisHost(peer, at);
    }
    // The unspecified address as a destination means this host.
    return sameIp(listener, 0, peer, at) || isUnspecified(peer, at) || this.#isPublicSideOf(peer, at, listener);
  }

  /** Whether the peer's IP address is what a NAT in front of this host maps to `inside`. */
  #isPublicSideOf(peer: AddressWords, at: number, inside: AddressWords): boolean {
    for (const relay of this.#options.relays) {
      if (sameIp(relay.bind, 0, inside, 0) && sameIp(relay.advertised, 0, peer, at)) {
        return true;
      }
    }
    return false;
  }

  #isOnThisHost(peer: AddressWords, at: number): boolean {
    const kind = specialKindOf(peer, at);
    return kind === 'loopback' || kind === 'unspecified' || this.#isOwnIp(peer, at);
  }

  #isOwnIp(peer: AddressWords, at: number): boolean {
    for (const own of this.#own.interfaces) {
      if (sameIp(own, 0, peer, at)) {
        return true;
      }
    }
    for (const listener of this.#own.listeners) {
      if (!isUnspecified(listener, 0) && sameIp(listener, 0, peer, at)) {
        return true;
      }
    }
    return this.#isRelayIp(peer, at);
  }

  #isRelayIp(peer: AddressWords, at: number): boolean {
    for (const relay of this.#options.relays) {
      if (sameIp(relay.bind, 0, peer, at) || sameIp(relay.advertised, 0, peer, at)) {
        return true;
      }
    }
    return false;
  }

  #isRelayPort(port: number): boolean {
    const { relayPorts } = this.#options;
    return port >= relayPorts.min && port <= relayPorts.max;
  }
}

function isInAny(ranges: readonly Cidr[], words: AddressWords, at: number): boolean {
  for (const range of ranges) {
    if (cidrContains(range, words, at)) {
      return true;
    }
  }
  return false;
}

function isUnspecified(words: AddressWords, at: number): boolean {
  return words[at + 1] === 0 && words[at + 2] === 0 && words[at + 3] === 0 && words[at + 4] === 0;
}
