import { Type } from 'typebox';
import { CREDENTIAL_TTL_SECONDS_DEFAULT, CUSTOM_IDENTIFIER_BYTES_MAX } from '../../base/limits.ts';
import type { MemberProblems } from '../problem.ts';

const keyUid = Type.String({ description: "The TURN key's identifier: 32 hexadecimal digits." });

export const keyParams = Type.Object({ keyUid });

export const usernameParams = Type.Object({
  keyUid,
  username: Type.String({ description: 'A username that this key issued.' }),
});

const customIdentifier = Type.String({
  maxLength: CUSTOM_IDENTIFIER_BYTES_MAX,
  description: `A name of your own for the user of the credential, at most ${CUSTOM_IDENTIFIER_BYTES_MAX} bytes of UTF-8. Usage is counted by it.`,
  examples: ['user4523958'],
});

export const generateBody = Type.Object({
  ttl: Type.Optional(
    Type.Integer({
      minimum: 1,
      default: CREDENTIAL_TTL_SECONDS_DEFAULT,
      description:
        'Lifetime in seconds. More than the configured maximum is cut to it; `Credential-Expires` tells the result.',
      examples: [86_400],
    }),
  ),
  customIdentifier: Type.Optional(customIdentifier),
});

export const revokeManyBody = Type.Object({
  customIdentifier: Type.Optional(customIdentifier),
  issuedBefore: Type.Optional(
    Type.String({
      description: 'An RFC 3339 time. One in the future means now.',
      examples: ['2026-01-31T12:00:00Z'],
    }),
  ),
});

export const generateProblems = {
  ttl: 'invalid_ttl',
  customIdentifier: 'invalid_custom_identifier',
} as const satisfies MemberProblems;

export const revokeManyProblems = {
  customIdentifier: 'invalid_custom_identifier',
  issuedBefore: 'invalid_issued_before',
} as const satisfies MemberProblems;

const username = Type.String({ description: 'The TURN username.' });
const credential = Type.String({ description: 'The TURN password.' });

const expiresHeader = {
  'Credential-Expires': Type.String({ description: 'When the credential expires, as an RFC 3339 time.' }),
};

/** Of one credential by its username; else of many. */
export const revokeBody = Type.Object({
  username: Type.Optional(Type.String({ description: 'A username that this key issued, and nothing beside it.' })),
  ...revokeManyBody.properties,
});

export const decodeBody = Type.Object({
  username: Type.String({ description: 'A username that a TURN key of the account issued.' }),
});

/** As `new RTCPeerConnection()` takes it: each URL is one way to the relay, a transport and a port. */
export const iceServers = Type.Array(
  Type.Object({
    urls: Type.Array(Type.String()),
    username: Type.Optional(username),
    credential: Type.Optional(credential),
  }),
);

export const generateIceServersAnswer = Type.Object(
  { iceServers },
  { description: 'A credential, ready for `new RTCPeerConnection(answer)`.', headers: expiresHeader },
);

/** `iceServers` is an object here: clients read `iceServers.urls`. */
export const generateAnswer = Type.Object(
  {
    iceServers: Type.Object({ urls: Type.Array(Type.String()), username, credential }),
  },
  { description: 'A credential, with one list of all URLs.', headers: expiresHeader },
);

export const revokedAnswer = Type.Null({ description: 'Revoked, now or before.' });

export const createdCredential = Type.Object({
  iceServers,
  username,
  expires_on: Type.String({ description: 'When it expires, as an RFC 3339 time.' }),
});

export const decodedCredential = Type.Object({
  key_uid: Type.String({ description: 'The TURN key that issued it: 32 hexadecimal digits.' }),
  custom_identifier: Type.String({ description: 'Empty when it has none.' }),
  issued_on: Type.String({ description: 'When it was issued, as an RFC 3339 time.' }),
  expires_on: Type.String({ description: 'When it expires or expired, as an RFC 3339 time.' }),
  revoked: Type.Boolean({ description: 'Whether it was revoked, by itself or with others.' }),
  live_allocations: Type.Integer({ description: 'Its allocations at this moment.' }),
});
