import { Type } from 'typebox';
import {
  CONNECTION_TEST_ADDRESS_BYTES_MAX,
  CONNECTION_TEST_AGENT_BYTES_MAX,
  CONNECTION_TEST_CANDIDATES_MAX,
  CONNECTION_TEST_ERROR_BYTES_MAX,
  CONNECTION_TEST_PATHS_MAX,
  CONNECTION_TEST_SECONDS_DEFAULT,
  CONNECTION_TEST_SECONDS_MAX,
  CONNECTION_TEST_SECONDS_MIN,
  CONNECTION_TEST_URL_BYTES_MAX,
  CONNECTION_TEST_USES_MAX,
} from '../../base/limits.ts';
import { CANDIDATE_PROTOCOLS, CANDIDATE_TYPES, PATH_OUTCOMES } from '../../control/connection-test.ts';
import type { MemberProblems } from '../problem.ts';
import { iceServers } from './credential-schemas.ts';
import { accountParams } from './key-schemas.ts';

export const connectionTestParams = Type.Object({
  ...accountParams.properties,
  connectionTestId: Type.String({ description: "The connection test's identifier: 32 hexadecimal digits." }),
});

export const connectionTestBody = Type.Object({
  key_uid: Type.String({ description: 'The TURN key whose credentials the test is run with.' }),
  expires_in: Type.Optional(
    Type.Integer({
      minimum: CONNECTION_TEST_SECONDS_MIN,
      maximum: CONNECTION_TEST_SECONDS_MAX,
      default: CONNECTION_TEST_SECONDS_DEFAULT,
      description: 'How many seconds the link is good for.',
    }),
  ),
});

export const connectionTestProblems = { expires_in: 'invalid_expires_in' } as const satisfies MemberProblems;

const time = (description: string) => Type.String({ description: `${description} An RFC 3339 time.` });

const details = {
  id: Type.String({ description: 'The identifier: 32 hexadecimal digits.' }),
  key_uid: Type.String(),
  created_on: time('When it was made.'),
  expires_on: time('Until when the link is good.'),
  uses: Type.Integer({ description: `How often the link was opened, at most ${CONNECTION_TEST_USES_MAX} times.` }),
  last_opened_on: Type.Optional(time('When it was opened last.')),
  result_count: Type.Integer({ description: 'How many results have come.' }),
};

export const connectionTestItem = Type.Object(details);

export const createdConnectionTest = Type.Object({
  ...details,
  link: Type.String({
    description:
      "A path of this service's, for whoever is to run the test. Its `#token=` is shown here only, and no browser sends it to a server by itself.",
  }),
});

const text = (maxLength: number, description: string) =>
  Type.String({ maxLength, description: `${description} At most ${maxLength} bytes of UTF-8.` });
const milliseconds = (description: string) => Type.Number({ minimum: 0, maximum: 600_000, description });
const closed = { additionalProperties: false } as const;

const candidate = Type.Object(
  {
    type: Type.Enum([...CANDIDATE_TYPES]),
    protocol: Type.Enum([...CANDIDATE_PROTOCOLS]),
    address: Type.Optional(text(CONNECTION_TEST_ADDRESS_BYTES_MAX, 'Address and port, as the browser tells them.')),
  },
  closed,
);

const path = Type.Object(
  {
    url: text(CONNECTION_TEST_URL_BYTES_MAX, 'One of the URLs in `iceServers`.'),
    outcome: Type.Enum([...PATH_OUTCOMES], {
      description:
        '`works`; `unreachable`, the server did not answer; `refused`, it answered with an error; `no_data`, it relayed nothing; ' +
        '`stopped`, before it was known.',
    }),
    candidates: Type.Array(candidate, { maxItems: CONNECTION_TEST_CANDIDATES_MAX }),
    allocate_ms: Type.Optional(milliseconds('From the start to the first candidate of this path.')),
    round_trip_ms: Type.Optional(milliseconds('There and back through the relay.')),
    throughput_bits: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1e12, description: 'Bits in a second, through the relay.' }),
    ),
    error: Type.Optional(text(CONNECTION_TEST_ERROR_BYTES_MAX, 'What the browser says went wrong.')),
  },
  closed,
);

const report = {
  user_agent: text(CONNECTION_TEST_AGENT_BYTES_MAX, 'What the browser calls itself.'),
  paths: Type.Array(path, { maxItems: CONNECTION_TEST_PATHS_MAX }),
};

export const connectionTestDetail = Type.Object({
  ...details,
  results: Type.Array(Type.Object({ received_on: time('When it came.'), ...report }), {
    description: 'In the order in which they came. Whoever had the link wrote them: they may hold anything.',
  }),
});

const token = Type.String({ description: 'What stands behind `#token=` in the link.' });

export const openBody = Type.Object({ token });

export const openedConnectionTest = Type.Object({
  iceServers,
  expires_on: time('Until when the credential is good.'),
});

export const resultBody = Type.Object({ token, result: Type.Object(report, closed) });

export const resultProblems = { result: 'invalid_connection_test_result' } as const satisfies MemberProblems;
