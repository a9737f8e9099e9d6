import { Type } from 'typebox';
import { NAME_BYTES_MAX } from '../../base/limits.ts';
import type { MemberProblems } from '../problem.ts';

export const accountBody = Type.Object({
  name: Type.Optional(
    Type.String({
      maxLength: NAME_BYTES_MAX,
      description: `A name for people, at most ${NAME_BYTES_MAX} bytes of UTF-8.`,
      examples: ['a customer'],
    }),
  ),
});

export const accountProblems = { name: 'invalid_name' } as const satisfies MemberProblems;

export const accountItem = Type.Object({
  id: Type.String({ description: 'The identifier: at most 64 letters, digits, `-` and `_`.' }),
  name: Type.String(),
  type: Type.Literal('standard'),
  created_on: Type.String({ description: 'An RFC 3339 time.' }),
});
