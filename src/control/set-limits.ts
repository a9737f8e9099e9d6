import type { UnixMs } from '../base/clock.ts';
import type { Change } from '../contract/change.ts';
import { type LimitName, type LimitOverrides, type Limits, stricterLimit } from '../contract/limits.ts';
import type { AccountOrKey } from './account-or-key.ts';
import type { Actor } from './actor.ts';
import type { AuditedAction } from './audit-entry.ts';
import { ControlError } from './errors.ts';
import { LIMIT_FIELDS, limitFieldOf, listLimitNames } from './limit-fields.ts';
import { monthStart } from './month-start.ts';
import type { ControlPorts, StoreSession } from './ports.ts';
import { describeHolder, type LimitsReading } from './read-limits.ts';
import { recordAudit } from './record-audit.ts';
import { type LimitPath, requireLimitHolder } from './require-limit-holder.ts';
import { reviewEgress } from './review-egress.ts';

/** Limits to be set, by their names in the API; null gives up the holder's own one. */
export type LimitInput = Readonly<Record<string, unknown>>;

/**
 * Sets some limits of an account or a key; the others stay. They hold for live allocations as soon as relays hear of it.
 * @throws {ControlError} `account-not-found`, `key-not-found`, `invalid-limit`, `limit-above-account`.
 */
export async function setLimits(
  ports: ControlPorts,
  by: Actor,
  path: LimitPath,
  input: LimitInput,
): Promise<LimitsReading> {
  const given = parseLimits(input, path.keyUid === undefined ? 'account' : 'key');
  return change(ports, by, path, (own) => {
    const merged: Partial<Record<LimitName, number>> = { ...own };
    for (const [name, value] of given) {
      if (value === null) {
        delete merged[name];
      } else {
        merged[name] = value;
      }
    }
    return merged;
  });
}

/**
 * Gives up all limits that an account or a key has of its own.
 * @throws {ControlError} `account-not-found`, `key-not-found`.
 */
export async function resetLimits(ports: ControlPorts, by: Actor, path: LimitPath): Promise<LimitsReading> {
  return change(ports, by, path, () => ({}));
}

async function change(
  ports: ControlPorts,
  by: Actor,
  path: LimitPath,
  compute: (own: LimitOverrides) => LimitOverrides,
): Promise<LimitsReading> {
  const now = ports.clock.unixNow();
  const { reading, seq } = await ports.store.transact(async (session) => {
    const holder = await requireLimitHolder(session, path);
    const overrides = await session.limits.findOfAccount(holder.accountId);
    const own = overrides.get(holder.keyUid) ?? {};
    const next = compute(own);
    if (holder.keyUid !== undefined) {
      requireWithinAccount(next, own, { ...ports.settings.defaultLimits, ...overrides.get(undefined) });
    }
    await session.limits.put(holder.accountId, holder.keyUid, next);
    await recordAudit(session, by, describeDeed(holder, next), now);
    const logged = await session.changeLog.append(describeLimitChange(holder, next), now);
    const review = await reviewEgress(ports, session, await listConcerned(session, holder, monthStart(now)), now);
    return { reading: await describeHolder(ports, session, holder), seq: review.seq ?? logged };
  });
  ports.bus.publish({ seq });
  return reading;
}

/** Tells relays all limits that the holder has of its own. */
function describeLimitChange({ accountId, keyUid }: AccountOrKey, limits: LimitOverrides): Change {
  return keyUid === undefined ? { kind: 'account-limits', accountId, limits } : { kind: 'key-limits', keyUid, limits };
}

function describeDeed({ accountId, keyUid }: AccountOrKey, next: LimitOverrides): AuditedAction {
  const details = Object.fromEntries(
    Object.entries(next).map(([name, value]) => [limitFieldOf(name as LimitName), value]),
  );
  return keyUid === undefined
    ? { action: 'account_limits_set', accountId, resourceId: accountId, details }
    : { action: 'key_limits_set', accountId, resourceId: keyUid, details };
}

/** The sums of the month that the holder's limits are about. */
async function listConcerned(session: StoreSession, holder: AccountOrKey, month: UnixMs) {
  const rows = await session.egress.list(month, holder.accountId);
  return rows.filter(({ keyUid }) => holder.keyUid === undefined || keyUid === holder.keyUid);
}

function parseLimits(input: LimitInput, holder: 'key' | 'account'): readonly (readonly [LimitName, number | null])[] {
  const names = new Map(listLimitNames(holder).map((name) => [limitFieldOf(name), name]));
  return Object.entries(input).map(([field, value]) => {
    const name = names.get(field);
    if (name === undefined) {
      const whose = holder === 'key' ? 'A TURN key' : 'An account';
      throw new ControlError('invalid-limit', `${whose} has no limit ${field}.`, `/${field}`);
    }
    return [name, parseLimit(name, value)] as const;
  });
}

function parseLimit(name: LimitName, value: unknown): number | null {
  const { minimum, maximum } = LIMIT_FIELDS[name];
  if (value === null || (Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum)) {
    return value as number | null;
  }
  const field = limitFieldOf(name);
  const expected = `a whole number from ${minimum} to ${maximum}, or null for what holds without it`;
  throw new ControlError('invalid-limit', `${field} must be ${expected}.`, `/${field}`);
}

/** What the key had before may stay as it is, although its account has been given less since. */
function requireWithinAccount(next: LimitOverrides, before: LimitOverrides, ofAccount: Limits): void {
  for (const [name, value] of Object.entries(next) as [LimitName, number][]) {
    if (value !== before[name] && stricterLimit(value, ofAccount[name]) !== value) {
      const field = limitFieldOf(name);
      throw new ControlError(
        'limit-above-account',
        `A TURN key cannot have a higher ${field} than its account, which has ${ofAccount[name]}. Choose that or less.`,
        `/${field}`,
      );
    }
  }
}
