import type { Instant, UnixMs } from '../base/clock.ts';
import { formatIp } from '../base/ip.ts';
import { DENIED_PEER_ROWS, DENIED_PEER_ROWS_PER_SET } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import { ADDRESS_WORDS, type AddressWords, copyAddress, sameIp } from '../base/socket-address.ts';
import type { DeniedPeer } from '../contract/denied-peer.ts';
import { KEY_DIGITS_HASHED, type KeyUid } from '../contract/ids.ts';
import { COUNTER, COUNTER_NAMES } from './counter.ts';

const SETS = DENIED_PEER_ROWS / DENIED_PEER_ROWS_PER_SET;
const RULE_AT = 'denied_peer_'.length;

/**
 * Which peers were denied to the credentials of which key, by which rule and how often, since they were last taken.
 *
 * The table has a fixed size, and noting allocates nothing, so that whoever asks for ever new addresses costs neither memory nor
 * time. In each of its sets the row with the fewest denials makes room, of those the one denied longest ago: who insists on one
 * address stays visible among many that were asked for once. What a row that goes has counted is in `denied_peers_forgotten`.
 */
export class DeniedPeers {
  readonly #counters: Float64Array;
  /** Who chooses addresses must not choose which of them share a set. */
  readonly #seed: number;
  readonly #keyUids: KeyUid[] = new Array<KeyUid>(DENIED_PEER_ROWS).fill('' as KeyUid);
  readonly #peers: AddressWords = new Uint32Array(DENIED_PEER_ROWS * ADDRESS_WORDS);
  /** The rule, as the place of its counter. */
  readonly #rules = new Uint16Array(DENIED_PEER_ROWS);
  /** 0 in a row that is free. */
  readonly #denials = new Float64Array(DENIED_PEER_ROWS);
  readonly #deniedAt = new Float64Array(DENIED_PEER_ROWS);

  constructor(counters: Float64Array, random: Random) {
    this.#counters = counters;
    this.#seed = random.below(0x1_0000_0000);
  }

  /** Notes that the peer at `at` was denied to a key; `rule` is the place of the counter that counts it. */
  note(keyUid: KeyUid, peer: AddressWords, at: number, rule: number, now: Instant): void {
    const first = this.#setOf(keyUid, peer, at, rule) * DENIED_PEER_ROWS_PER_SET;
    let row = first;
    for (let other = first; other < first + DENIED_PEER_ROWS_PER_SET; other += 1) {
      if (this.#holds(other, keyUid, peer, at, rule)) {
        this.#denials[other] = (this.#denials[other] as number) + 1;
        this.#deniedAt[other] = now;
        return;
      }
      row = this.#countsLess(other, row) ? other : row;
    }
    const place = COUNTER.denied_peers_forgotten;
    this.#counters[place] = (this.#counters[place] as number) + (this.#denials[row] as number);
    this.#keyUids[row] = keyUid;
    copyAddress(peer, at, this.#peers, row * ADDRESS_WORDS);
    this.#rules[row] = rule;
    this.#denials[row] = 1;
    this.#deniedAt[row] = now;
  }

  /**
   * Everything noted, which is forgotten with it. `clockOffsetMs` is Unix time less the clock of `note`; `describeRange` names the
   * operator's range that closes a peer.
   */
  take(clockOffsetMs: number, describeRange: (peer: AddressWords, at: number) => string): DeniedPeer[] {
    const taken: DeniedPeer[] = [];
    for (let row = 0; row < DENIED_PEER_ROWS; row += 1) {
      const denials = this.#denials[row] as number;
      if (denials > 0) {
        const at = row * ADDRESS_WORDS;
        const rule = this.#rules[row] as number;
        taken.push({
          keyUid: this.#keyUids[row] as KeyUid,
          address: formatIp(this.#peers, at),
          rule: (COUNTER_NAMES[rule] as string).slice(RULE_AT),
          range: rule === COUNTER.denied_peer_deny_list ? describeRange(this.#peers, at) : '',
          denials,
          lastDeniedAt: Math.floor((this.#deniedAt[row] as number) + clockOffsetMs) as UnixMs,
        });
        this.#denials[row] = 0;
      }
    }
    return taken;
  }

  #holds(row: number, keyUid: KeyUid, peer: AddressWords, at: number, rule: number): boolean {
    return (
      (this.#denials[row] as number) > 0 &&
      this.#rules[row] === rule &&
      sameIp(this.#peers, row * ADDRESS_WORDS, peer, at) &&
      this.#keyUids[row] === keyUid
    );
  }

  #countsLess(row: number, other: number): boolean {
    const difference = (this.#denials[row] as number) - (this.#denials[other] as number);
    return difference < 0 || (difference === 0 && (this.#deniedAt[row] as number) < (this.#deniedAt[other] as number));
  }

  #setOf(keyUid: KeyUid, peer: AddressWords, at: number, rule: number): number {
    let hash = this.#seed ^ rule;
    for (let digit = 0; digit < KEY_DIGITS_HASHED; digit += 1) {
      hash = mix(hash, keyUid.charCodeAt(digit));
    }
    for (let word = 1; word < ADDRESS_WORDS; word += 1) {
      hash = mix(hash, peer[at + word] as number);
    }
    return ((hash ^ (hash >>> 13)) >>> 0) % SETS;
  }
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77);
}
