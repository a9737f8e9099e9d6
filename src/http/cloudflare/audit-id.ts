import type { UnixMs } from '../../base/clock.ts';
import type { AuditPosition } from '../../control/audit-entry.ts';

const AT_DIGITS = 12;
const NUMBER_DIGITS = 20;
const ID = /^[0-9a-f]{32}$/;

/** The identifier of an entry of the audit log: 32 hexadecimal digits that tell its place, so that it is a cursor too. */
export function formatAuditId({ at, number }: AuditPosition): string {
  return at.toString(16).padStart(AT_DIGITS, '0') + number.toString(16).padStart(NUMBER_DIGITS, '0');
}

/** The place that an identifier tells, or undefined when it can be that of no entry. */
export function parseAuditId(text: string): AuditPosition | undefined {
  const number = Number.parseInt(text.slice(AT_DIGITS), 16);
  return ID.test(text) && Number.isSafeInteger(number)
    ? { at: Number.parseInt(text.slice(0, AT_DIGITS), 16) as UnixMs, number }
    : undefined;
}
