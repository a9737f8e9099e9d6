import { Type } from 'typebox';
import { requirePrincipal } from '../cloudflare/authenticate-management.ts';
import { describeEnvelopeErrors } from '../cloudflare/error-schemas.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { answerGraphql } from './answer-graphql.ts';

const graphqlBody = Type.Object({
  query: Type.String({
    description: 'A GraphQL document.',
    examples: ['{ viewer { accounts(filter: {accountTag: "default"}) { callsTurnUsageAdaptiveGroups { count } } } }'],
  }),
  variables: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
  operationName: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});

const data = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]);
const errors = Type.Array(
  Type.Object({
    message: Type.String({ description: 'For people; it may change.' }),
    locations: Type.Optional(Type.Array(Type.Unknown())),
    path: Type.Optional(Type.Array(Type.Unknown())),
    extensions: Type.Object({ code: Type.String(), timestamp: Type.String() }),
  }),
);

const answer = Type.Object({ data, errors: Type.Null() }, { description: 'The answer.' });
const failure = (description: string) => Type.Object({ data: Type.Null(), errors }, { description });

/** Analytics in GraphQL, with the names of Cloudflare's schema. */
export function registerAnalytics(app: HttpApp, { control }: HttpContext): void {
  app.post(
    '/graphql',
    {
      // The accounts are named in the query, and each is asked about there.
      config: { access: 'any token' },
      schema: {
        tags: ['Analytics'],
        security: [{ accountToken: [] }],
        operationId: 'queryAnalytics',
        summary: 'Query usage in GraphQL; the schema is found by introspection',
        body: graphqlBody,
        response: {
          200: answer,
          ...describeEnvelopeErrors(401, 413),
          400: Type.Union([failure('The query cannot be answered.'), Type.Ref('ErrorEnvelope#')]),
          403: failure('There is no such account, or the token may not read its analytics.'),
        },
      },
      serializerCompiler: () => JSON.stringify,
    },
    async (request, reply) => {
      const { status, body } = await answerGraphql(request.body, { control, principal: requirePrincipal(request) });
      return reply.code(status).send(body as never);
    },
  );
}
