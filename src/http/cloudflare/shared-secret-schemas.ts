import { Type } from 'typebox';
import {
  NAME_BYTES_MAX,
  SHARED_SECRET_BYTES_MAX,
  SHARED_SECRET_BYTES_MIN,
  SHARED_SECRETS_PER_KEY_MAX,
} from '../../base/limits.ts';
import type { MemberProblems } from '../problem.ts';
import { accountKeyParams } from './key-schemas.ts';

export const sharedSecretParams = Type.Object({
  ...accountKeyParams.properties,
  secretId: Type.String({ description: "The shared secret's identifier: 32 hexadecimal digits." }),
});

export const sharedSecretBody = Type.Object({
  name: Type.Optional(
    Type.String({
      maxLength: NAME_BYTES_MAX,
      description: `A name for people, at most ${NAME_BYTES_MAX} bytes of UTF-8: which program has the secret, say.`,
      examples: ['synapse'],
    }),
  ),
  secret: Type.Optional(
    Type.String({
      description:
        `The secret, ${SHARED_SECRET_BYTES_MIN} to ${SHARED_SECRET_BYTES_MAX} bytes of UTF-8. ` +
        'Without it one is made: 64 hexadecimal digits.',
    }),
  ),
});

export const sharedSecretProblems = {
  name: 'invalid_name',
  secret: 'invalid_secret',
} as const satisfies MemberProblems;

const details = {
  id: Type.String({ description: 'The identifier: 32 hexadecimal digits.' }),
  name: Type.String(),
  created: Type.String({ description: 'An RFC 3339 time.' }),
};

export const sharedSecretItem = Type.Object(details);

export const sharedSecretList = Type.Array(sharedSecretItem, { maxItems: SHARED_SECRETS_PER_KEY_MAX });

export const createdSharedSecretItem = Type.Object({
  ...details,
  secret: Type.String({ description: 'The secret. It is shown here only.' }),
});
