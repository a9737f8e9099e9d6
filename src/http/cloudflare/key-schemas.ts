import { Type } from 'typebox';
import { NAME_BYTES_MAX, ROLL_OVERLAP_SECONDS_DEFAULT, ROLL_OVERLAP_SECONDS_MAX } from '../../base/limits.ts';
import type { MemberProblems } from '../problem.ts';

const accountId = Type.String({ description: "The account's identifier; the first account is `default`." });

export const accountParams = Type.Object({ accountId });

export const accountKeyParams = Type.Object({
  accountId,
  keyUid: Type.String({ description: "The TURN key's identifier: 32 hexadecimal digits." }),
});

export const keyBody = Type.Object({
  name: Type.Optional(
    Type.String({
      maxLength: NAME_BYTES_MAX,
      description: `A name for people, at most ${NAME_BYTES_MAX} bytes of UTF-8.`,
      examples: ['my-turn-key'],
    }),
  ),
});

export const keyProblems = { name: 'invalid_name' } as const satisfies MemberProblems;

const uid = Type.String({ description: 'The identifier: 32 hexadecimal digits.' });
const key = Type.String({ description: "The key's API token: 64 hexadecimal digits. It is shown here only." });
const details = {
  name: Type.String(),
  created: Type.String({ description: 'An RFC 3339 time.' }),
  modified: Type.String({ description: 'An RFC 3339 time.' }),
};

export const keyItem = Type.Object({ uid, ...details });

export const createdKeyItem = Type.Object({ uid, key, ...details });

export const rollBody = Type.Object({
  overlap_seconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: ROLL_OVERLAP_SECONDS_MAX,
      default: ROLL_OVERLAP_SECONDS_DEFAULT,
      description: 'How long the token before it stays good. 0 ends it at once.',
    }),
  ),
});

export const rollProblems = { overlap_seconds: 'invalid_overlap' } as const satisfies MemberProblems;

export const rolledKeyItem = Type.Object({
  uid,
  key,
  ...details,
  previous_key_expires_on: Type.String({ description: 'Until when the token before it is good: an RFC 3339 time.' }),
});
