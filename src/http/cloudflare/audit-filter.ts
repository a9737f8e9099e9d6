import type { Static } from 'typebox';
import type { UnixMs } from '../../base/clock.ts';
import { formatIp, parseIp } from '../../base/ip.ts';
import type { AuditPosition } from '../../control/audit-entry.ts';
import type { AuditFilter } from '../../control/list-audit-entries.ts';
import { HttpProblem } from '../problem.ts';
import { readMoment } from '../read-moment.ts';
import { parseAuditId } from './audit-id.ts';
import type { auditQuery } from './audit-schemas.ts';

type Query = Static<typeof auditQuery>;

/**
 * What the query of an audit log asks for. A filter that we do not have is refused: an answer that ignores it would
 * seem to be whole.
 * @throws {HttpProblem} `invalid_filter`, `invalid_cursor`.
 */
export function parseAuditFilter(query: Query): AuditFilter {
  refuseForeignFilters(query);
  return {
    since: parseMember(query, 'since', readMoment, 'a date or an RFC 3339 time since 1970'),
    before: parseMember(query, 'before', readMoment, 'a date or an RFC 3339 time since 1970'),
    position: parseMember(query, 'id', parseAuditId, 'the 32 hexadecimal digits of an entry'),
    after: parseCursor(query.cursor),
    actorAddress: parseMember(query, 'actor.ip', parseAddress, 'one IP address'),
    action: query['action.type'],
    actorId: query['actor.id'],
    resourceId: query['resource.id'],
    direction: query.direction ?? 'desc',
  };
}

function refuseForeignFilters(query: Query): void {
  const foreign = (['actor.email', 'zone.name'] as const).find((name) => query[name] !== undefined);
  if (foreign !== undefined) {
    throw new HttpProblem('invalid_filter', { description: `Nothing here has ${foreign}. Leave it out.` });
  }
  if (query.export !== undefined && query.export !== 'false') {
    throw new HttpProblem('invalid_filter', { description: 'There is no export as CSV. Leave export out.' });
  }
}

function parseMember<Name extends keyof Query, Value extends AuditPosition | UnixMs | string>(
  query: Query,
  name: Name,
  parse: (text: string) => Value | undefined,
  expectation: string,
): Value | undefined {
  const text = query[name];
  if (text === undefined) {
    return undefined;
  }
  const value = parse(String(text));
  if (value === undefined) {
    throw new HttpProblem('invalid_filter', { description: `${name} must be ${expectation}.` });
  }
  return value;
}

function parseCursor(text: string | undefined): AuditPosition | undefined {
  const position = text === undefined ? undefined : parseAuditId(text);
  if (text !== undefined && position === undefined) {
    throw new HttpProblem('invalid_cursor');
  }
  return position;
}

function parseAddress(text: string): string | undefined {
  const words = parseIp(text);
  return words && formatIp(words);
}
