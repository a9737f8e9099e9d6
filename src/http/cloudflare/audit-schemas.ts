import { Type } from 'typebox';
import { AUDIT_ACTIONS, type AuditAction } from '../../control/audit-action.ts';
import type { MemberProblems } from '../problem.ts';
import { cursorProblems, cursorQuery, describeCursorPage } from './cursor-page.ts';
import { pageQuery } from './page-query.ts';

const optionalText = (description: string) => Type.Optional(Type.String({ description }));
const actions = Object.keys(AUDIT_ACTIONS) as AuditAction[];

export const auditQuery = Type.Object({
  ...pageQuery.properties,
  ...cursorQuery.properties,
  direction: Type.Optional(Type.Enum(['desc', 'asc'], { default: 'desc', description: 'Newest first, or oldest.' })),
  since: optionalText('A date or an RFC 3339 time: only what was done then or later.'),
  before: optionalText('A date or an RFC 3339 time: only what was done earlier.'),
  id: optionalText('The one entry of this identifier.'),
  'action.type': optionalText('Only this action.'),
  'actor.id': optionalText('Only what the token, or the TURN key, of this identifier did.'),
  'actor.ip': optionalText('Only what was done from this IP address; ranges are not supported.'),
  'resource.id': optionalText(
    'Only what was done to this key, shared secret, token, account, webhook, credential or allocation.',
  ),
  'actor.email': optionalText('Refused: nobody here is known by an e-mail address.'),
  'zone.name': optionalText('Refused: there are no zones here.'),
  export: optionalText('Refused, unless `false`: there is no export as CSV.'),
});

export const auditProblems = {
  ...cursorProblems,
  direction: 'invalid_filter',
  since: 'invalid_filter',
  before: 'invalid_filter',
  id: 'invalid_filter',
  'action.type': 'invalid_filter',
  'actor.id': 'invalid_filter',
  'actor.ip': 'invalid_filter',
  'actor.email': 'invalid_filter',
  'resource.id': 'invalid_filter',
  'zone.name': 'invalid_filter',
  export: 'invalid_filter',
} as const satisfies MemberProblems;

const auditItem = Type.Object({
  id: Type.String({ description: 'The identifier of the entry: 32 hexadecimal digits.' }),
  when: Type.String({ description: 'An RFC 3339 time.' }),
  action: Type.Object({ type: Type.Enum(actions), result: Type.Literal(true) }),
  actor: Type.Object(
    {
      type: Type.Enum(['admin', 'user', 'person', 'turn_key', 'system'], {
        description:
          "Who: the installation's admin token, an account's token, a person who is signed in, a TURN key's API token, or the service itself.",
      }),
      id: Type.String({
        description: "The token's identifier, the person's, or the TURN key's. Empty for the service itself.",
      }),
      name: Type.Optional(Type.String({ description: "The account token's or the person's name at that time." })),
      ip: Type.Optional(Type.String({ description: 'Where the request came from.' })),
    },
    { description: 'Who did it.' },
  ),
  resource: Type.Object({ type: Type.Enum([...new Set(Object.values(AUDIT_ACTIONS))]), id: Type.String() }),
  owner: Type.Optional(
    Type.Object({ id: Type.String() }, { description: 'The account. Missing for what concerns the installation.' }),
  ),
  interface: Type.Enum(['API', 'system']),
  metadata: Type.Record(Type.String(), Type.Unknown(), {
    description: 'What else is known, as names. Never a secret.',
  }),
});

export const auditPage = describeCursorPage(auditItem, 'One page of the audit log.');
