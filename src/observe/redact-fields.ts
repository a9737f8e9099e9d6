/** What a log line shows in the place of a value that it must not show. */
export const REDACTED = '[redacted]';

/** Fields that no log line ever shows, compared in lower case without `-` and `_`. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'apikey',
  'authorization',
  'cookie',
  'credential',
  'key',
  'mastersecret',
  'password',
  'privatekey',
  'proxyauthorization',
  'secret',
  'setcookie',
  'token',
  'xauthkey',
]);

/**
 * Fields that tell who somebody is or where they are: shown at debug only. A bare `address` is one of our own, on
 * which we listen; other people's are logged under one of these names.
 */
const PERSONAL_FIELDS: ReadonlySet<string> = new Set([
  'clientaddress',
  'customidentifier',
  'peeraddress',
  'remoteaddress',
  'username',
]);

/** Deeper objects are replaced whole: nothing that is worth a log line nests further. */
const MAX_DEPTH = 4;

/**
 * A copy of `fields` without secrets and, unless `personal` is true, without what identifies a person.
 * Errors are kept as they are: their messages are ours, and carry neither.
 */
export function redactFields(fields: object, personal: boolean): object {
  return redactObject(fields, personal, 1);
}

function redactObject(fields: object, personal: boolean, depth: number): object {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    copy[name] = isHidden(name, personal) && value !== undefined ? REDACTED : redactValue(value, personal, depth);
  }
  return copy;
}

function redactValue(value: unknown, personal: boolean, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date) {
    return value;
  }
  if (depth === MAX_DEPTH) {
    return REDACTED;
  }
  if (Array.isArray(value)) {
    return value.map((item) => redactValue(item, personal, depth + 1));
  }
  return redactObject(value, personal, depth + 1);
}

function isHidden(name: string, personal: boolean): boolean {
  const plain = name.toLowerCase().replaceAll(/[-_]/g, '');
  return SECRET_FIELDS.has(plain) || (!personal && PERSONAL_FIELDS.has(plain));
}
