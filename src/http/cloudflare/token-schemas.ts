import { Type } from 'typebox';
import { NAME_BYTES_MAX } from '../../base/limits.ts';
import { PERMISSIONS } from '../../control/permission.ts';
import type { MemberProblems } from '../problem.ts';
import { accountParams } from './key-schemas.ts';

const moment = Type.String({ description: 'An RFC 3339 time.' });
const status = Type.Enum(['active', 'expired']);

export const accountTokenParams = Type.Object({
  ...accountParams.properties,
  tokenId: Type.String({ description: "The token's identifier: 32 hexadecimal digits." }),
});

const policy = Type.Object({
  effect: Type.Optional(Type.Literal('allow')),
  permission_groups: Type.Array(Type.Object({ id: Type.Optional(Type.String()), name: Type.Optional(Type.String()) }), {
    description: 'Each by its identifier or by its name, as `permission_groups` lists them.',
  }),
  resources: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'This account alone: `{"com.cloudflare.api.account.ACCOUNT": "*"}`.',
    }),
  ),
});

const unsupported = Type.Optional(
  Type.Unknown({ description: 'Refused: a restriction that is not enforced must not seem to be.' }),
);

const grant = {
  name: Type.Optional(
    Type.String({
      maxLength: NAME_BYTES_MAX,
      description: `A name for people, at most ${NAME_BYTES_MAX} bytes of UTF-8.`,
      examples: ['my back end'],
    }),
  ),
  permissions: Type.Optional(Type.Array(Type.Enum([...PERMISSIONS]), { description: 'Either these or `policies`.' })),
  policies: Type.Optional(Type.Array(policy, { description: "Cloudflare's form of `permissions`." })),
  condition: unsupported,
  not_before: unsupported,
};

export const tokenBody = Type.Object({
  ...grant,
  expires_on: Type.Optional(
    Type.String({ description: 'An RFC 3339 time in the future. Without it the token lasts until it is deleted.' }),
  ),
});

export const tokenChanges = Type.Object({
  ...grant,
  expires_on: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description: 'An RFC 3339 time in the future; null for a token that lasts until it is deleted.',
    }),
  ),
  status: Type.Optional(
    Type.String({ description: 'Refused, unless `active`: a token that is to end is deleted, or expires.' }),
  ),
});

export const tokenProblems = {
  name: 'invalid_name',
  permissions: 'invalid_permissions',
  policies: 'invalid_permissions',
  expires_on: 'invalid_expires_on',
  status: 'unsupported_restriction',
} as const satisfies MemberProblems;

const details = {
  id: Type.String({ description: 'The identifier: 32 hexadecimal digits.' }),
  name: Type.String(),
  status,
  permissions: Type.Array(Type.Enum([...PERMISSIONS])),
  policies: Type.Array(
    Type.Object({
      id: Type.String(),
      effect: Type.Literal('allow'),
      permission_groups: Type.Array(Type.Object({ id: Type.String(), name: Type.Enum([...PERMISSIONS]) })),
      resources: Type.Record(Type.String(), Type.String()),
    }),
    { description: "The same permissions, in Cloudflare's form." },
  ),
  issued_on: moment,
  modified_on: Type.String({ description: 'As `issued_on`: when a token was changed stands in the audit log.' }),
  expires_on: Type.Optional(moment),
  last_used_on: Type.Optional(Type.String({ description: 'An RFC 3339 time, to the minute.' })),
};

export const tokenItem = Type.Object(details);

export const createdTokenItem = Type.Object({
  ...details,
  value: Type.String({ description: 'The token: 64 hexadecimal digits. It is shown here only.' }),
});

export const deletedTokenItem = Type.Object({ id: details.id });

export const verifiedTokenItem = Type.Object({
  id: details.id,
  status: Type.Literal('active'),
  expires_on: Type.Optional(moment),
});
