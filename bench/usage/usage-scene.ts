import { createHash } from 'node:crypto';
import { SeededRandom } from '../../src/base/seeded-random.ts';
import type { AccountId, ClientTransport, KeyUid, Username } from '../../src/contract/ids.ts';
import type { UsageRow } from '../../src/contract/usage-delta.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What the store of the bench has in it: an installation of one busy account. */
export const SCENE = {
  accountId: 'default' as AccountId,
  /** The end of the filled time, and the moment of the bench's clock: in the middle of an hour and of a day. */
  now: Date.UTC(2026, 5, 30, 17, 23),
  minuteDays: 30,
  days: 90,
  keys: 50,
  users: 5_000,
  nodes: ['node-1', 'node-2'],
  /** Calls at any moment: 10 million minutes in 30 days. */
  liveCalls: 232,
  callMinutes: 20,
} as const;

/** A call of one user: what one row of each of its minutes is made from. */
export interface SceneCall {
  readonly user: number;
  readonly node: string;
  readonly endsAt: number;
  /** One minute of it. */
  readonly row: UsageRow;
}

/** Calls that begin and end, always as many at a time. A user has one call at a time, and one username a day. */
export class UsageScene {
  readonly #random = new SeededRandom(4);
  readonly #busy = new Set<number>();
  #calls: readonly SceneCall[] = [];

  /** The calls that live in the minute, in the order of the store's rows. */
  advance(minute: number): readonly SceneCall[] {
    const live = this.#calls.filter((call) => call.endsAt > minute);
    for (const { user } of this.#calls.filter((call) => call.endsAt <= minute)) {
      this.#busy.delete(user);
    }
    while (live.length < SCENE.liveCalls) {
      live.push(this.#begin(minute));
    }
    this.#calls = live.sort(compareCalls);
    return live;
  }

  #begin(minute: number): SceneCall {
    let user = this.#drawUser();
    while (this.#busy.has(user)) {
      user = this.#drawUser();
    }
    this.#busy.add(user);
    const minutes = 1 + this.#random.below(2 * SCENE.callMinutes - 1);
    const node = SCENE.nodes[this.#random.below(SCENE.nodes.length)] as string;
    return { user, node, endsAt: minute + minutes * MINUTE_MS, row: this.#drawRow(user, minute) };
  }

  /** Some users call far more often than others. */
  #drawUser(): number {
    return Math.min(this.#random.below(SCENE.users), this.#random.below(SCENE.users));
  }

  #drawRow(user: number, minute: number): UsageRow {
    const ingressBytes = 200_000 + this.#random.below(8_000_000);
    const egressBytes = 200_000 + this.#random.below(8_000_000);
    const share = this.#random.below(100);
    const transport: ClientTransport = share < 75 ? 'udp' : share < 88 ? 'tcp' : 'tls';
    return {
      accountId: SCENE.accountId,
      keyUid: keyOf(user),
      customIdentifier: identifierOf(user),
      username: usernameOf(user, minute),
      transport,
      ingressBytes,
      ingressPackets: Math.ceil(ingressBytes / 900),
      egressBytes,
      egressPackets: Math.ceil(egressBytes / 900),
      allocationsStarted: 1,
      allocationMs: MINUTE_MS,
    };
  }
}

export function identifierOf(user: number): string {
  return `user-${user}`;
}

/** Shaped as a credential's username: hexadecimal digits that nobody can guess, longer by the custom identifier. */
export function usernameOf(user: number, moment: number): Username {
  const day = Math.floor(moment / DAY_MS);
  const digits = createHash('sha384').update(`${user} on ${day}`).digest('hex');
  return `${digits}${Buffer.from(identifierOf(user)).toString('hex')}` as Username;
}

export function keyOf(user: number): KeyUid {
  return createHash('md5')
    .update(`key ${user % SCENE.keys}`)
    .digest('hex') as KeyUid;
}

function compareCalls(a: SceneCall, b: SceneCall): number {
  return (
    compareTexts(a.row.keyUid, b.row.keyUid) ||
    compareTexts(a.row.username, b.row.username) ||
    compareTexts(a.row.transport, b.row.transport)
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
