import { Type } from 'typebox';
import { EMAIL_BYTES_MAX, NAME_BYTES_MAX, PASSWORD_CHARACTERS_MIN } from '../../base/limits.ts';
import { ROLES } from '../../control/people/role.ts';
import type { MemberProblems } from '../problem.ts';

const moment = Type.String({ description: 'An RFC 3339 time.' });
const hexId = Type.String({ description: 'The identifier: 32 hexadecimal digits.' });

export const personName = Type.String({ maxLength: NAME_BYTES_MAX, examples: ['Ada'] });
export const email = Type.String({ maxLength: EMAIL_BYTES_MAX, examples: ['ada@example.com'] });
export const newPassword = Type.String({ description: `At least ${PASSWORD_CHARACTERS_MIN} characters.` });
export const password = Type.String();
export const oneTimeToken = Type.String({ description: 'What stands behind `#token=` in the link.' });

export const roles = Type.Array(
  Type.Object({
    account_id: Type.String({ description: "An account's identifier, or `*` for every account." }),
    role: Type.Enum([...ROLES]),
  }),
  { description: 'At most one for each account.' },
);

export const personItem = Type.Object({
  id: hexId,
  name: Type.String(),
  email: Type.String(),
  roles,
  created_on: moment,
  last_seen_on: Type.Optional(Type.String({ description: 'An RFC 3339 time, to the minute.' })),
  has_password: Type.Boolean({ description: 'False until the invitation was accepted.' }),
  passkeys: Type.Integer({ description: 'How many.' }),
});

export const invitedItem = Type.Object({
  ...personItem.properties,
  link: Type.String({ description: "The invitation: a path of this service's. It is good once, and shown here only." }),
});

export const personParams = Type.Object({ personId: hexId });

export const signedInItem = Type.Object({
  person: personItem,
  accounts: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), role: Type.Enum([...ROLES]) }), {
    description: 'Those that the person has a role in; of very many, the newest.',
  }),
  csrf: Type.String({ description: 'For `X-CSRF-Token`, beside the cookie, of requests that change something.' }),
});

export const sessionItem = Type.Object({
  id: hexId,
  created_on: moment,
  last_used_on: Type.String({ description: 'An RFC 3339 time, to the minute.' }),
  client_address: Type.String({ description: 'Where it was begun.' }),
  user_agent: Type.String(),
  current: Type.Boolean({ description: 'Whether it is the one that asks.' }),
});

export const passkeyItem = Type.Object({
  id: Type.String({ description: "The credential's identifier, in base64url." }),
  name: Type.String(),
  created_on: moment,
  last_used_on: Type.Optional(moment),
});

/** What the members of a body mean when they do not match their schemas. */
export const personProblems = {
  name: 'invalid_name',
  email: 'invalid_email',
  password: 'invalid_password',
  new: 'invalid_password',
  roles: 'invalid_roles',
} as const satisfies MemberProblems;

/** What goes to the browser's `navigator.credentials` as it is. */
export const ceremonyOptions = Type.Record(Type.String(), Type.Unknown(), {
  description: 'For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.',
});

/** What `PublicKeyCredential.toJSON()` makes; its other members are what WebAuthn says. */
export const ceremonyResponse = Type.Object(
  { id: Type.String(), response: Type.Record(Type.String(), Type.Unknown()) },
  { additionalProperties: true, description: 'What `PublicKeyCredential.toJSON()` gives.' },
);
