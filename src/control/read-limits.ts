import type { UnixMs } from '../base/clock.ts';
import { type LimitName, resolveLimits } from '../contract/limits.ts';
import type { AccountOrKey } from './account-or-key.ts';
import { listLimitNames } from './limit-fields.ts';
import { monthStart } from './month-start.ts';
import type { ControlPorts, StoreSession } from './ports.ts';
import { type LimitPath, requireLimitHolder } from './require-limit-holder.ts';

/** What holds, and who has said so. */
export interface LimitReading {
  readonly value: number;
  readonly source: 'default' | 'account' | 'key';
}

export interface LimitsReading {
  readonly limits: Partial<Readonly<Record<LimitName, LimitReading>>>;
  /** The present month, and what has been sent in it as far as it is stored. */
  readonly month: UnixMs;
  readonly monthEgressBytes: number;
  /** Whether the hard limit of the month is reached. */
  readonly isBlocked: boolean;
}

/**
 * The limits of an account or a key, and where it stands with those of the month.
 * @throws {ControlError} `account-not-found`, `key-not-found`.
 */
export function readLimits(ports: ControlPorts, path: LimitPath): Promise<LimitsReading> {
  return ports.store.view(async (session) => describeHolder(ports, session, await requireLimitHolder(session, path)));
}

/** The same of a holder that was found. */
export async function describeHolder(
  { clock, settings }: ControlPorts,
  session: StoreSession,
  { accountId, keyUid }: AccountOrKey,
): Promise<LimitsReading> {
  const overrides = await session.limits.findOfAccount(accountId);
  const ofAccount = overrides.get(undefined) ?? {};
  const ofKey = (keyUid && overrides.get(keyUid)) ?? {};
  const resolved = resolveLimits(settings.defaultLimits, ofAccount, ofKey);
  const readings = listLimitNames(keyUid === undefined ? 'account' : 'key').map((name) => {
    const value = resolved[name];
    // A key's own limit does not hold while its account has less.
    const isOfKey = ofKey[name] !== undefined && ofKey[name] === value;
    return [name, { value, source: isOfKey ? 'key' : ofAccount[name] === undefined ? 'default' : 'account' }];
  });
  const month = monthStart(clock.unixNow());
  const rows = await session.egress.list(month, accountId);
  const row = rows.find((each) => each.keyUid === keyUid);
  const isBlocked = rows.some((each) => each.isBlocked && (each.keyUid === undefined || each.keyUid === keyUid));
  return { limits: Object.fromEntries(readings), month, monthEgressBytes: row?.egressBytes ?? 0, isBlocked };
}
