import type { Instant, UnixMs } from '../base/clock.ts';
import { LIVE_DENIED_AGE_MS_MAX, LIVE_DENIED_LISTED_MAX, LIVE_POLL_MS } from '../base/limits.ts';
import type { AccountId, ClientTransport } from '../contract/ids.ts';
import type { ControlPorts, StoredDeniedPeer } from './ports.ts';
import { type LimitsReading, readLimits } from './read-limits.ts';
import { requireAccount } from './require-account.ts';
import { requireRelay } from './require-relay.ts';
import { addTotals, type LiveSum, type LiveTotals, sumLiveTraffic } from './sum-live-traffic.ts';

/** What an account does at this moment, in sums. */
export interface LiveAccount {
  readonly readAt: UnixMs;
  readonly total: LiveTotals;
  readonly transports: Readonly<Record<ClientTransport, LiveTotals>>;
  /** Workers that did not answer: their allocations are not in the sums. */
  readonly missing: readonly number[];
  /** Where the account stands with its limits of the month. */
  readonly limits: LimitsReading;
  /** Denied in the last minutes, the peer denied last first. */
  readonly denied: readonly StoredDeniedPeer[];
}

interface KeptReading {
  readonly begunAt: Instant;
  readonly reading: Promise<LiveAccount>;
}

/** Live accounts of a process: each is read once a second at most, however many ask. */
export class LiveAccounts {
  readonly #kept = new Map<AccountId, KeptReading>();

  /** @throws {ControlError} `account-not-found`, `relay-unavailable`. */
  async read(ports: ControlPorts, accountId: string): Promise<LiveAccount> {
    const { id } = await requireAccount(ports.store, accountId);
    const now = ports.clock.now();
    const kept = this.#kept.get(id);
    if (kept !== undefined && now - kept.begunAt < LIVE_POLL_MS) {
      return kept.reading;
    }
    this.#forgetBefore(now);
    const reading = readAccount(ports, id);
    this.#kept.set(id, { begunAt: now, reading });
    return reading;
  }

  #forgetBefore(now: Instant): void {
    for (const [id, { begunAt }] of this.#kept) {
      if (now - begunAt >= LIVE_POLL_MS) {
        this.#kept.delete(id);
      }
    }
  }
}

async function readAccount(ports: ControlPorts, accountId: AccountId): Promise<LiveAccount> {
  const workers = requireRelay(ports);
  const sum = (transport: ClientTransport) => sumLiveTraffic(workers, accountId, { transport });
  const readAt = ports.clock.unixNow();
  const since = (readAt - LIVE_DENIED_AGE_MS_MAX) as UnixMs;
  const [udp, tcp, tls, limits, denied] = await Promise.all([
    sum('udp'),
    sum('tcp'),
    sum('tls'),
    readLimits(ports, { accountId, keyUid: undefined }),
    ports.store.deniedPeers.listRecent(accountId, since, LIVE_DENIED_LISTED_MAX),
  ]);
  const sums: readonly LiveSum[] = [udp, tcp, tls];
  return {
    readAt,
    total: sums.map(({ totals }) => totals).reduce(addTotals),
    transports: { udp: udp.totals, tcp: tcp.totals, tls: tls.totals },
    missing: [...new Set(sums.flatMap(({ missing }) => missing))].sort((a, b) => a - b),
    limits,
    denied,
  };
}
