import type { ConnectionTest } from '../../control/connection-test.ts';
import { createConnectionTest } from '../../control/create-connection-test.ts';
import { deleteConnectionTest } from '../../control/delete-connection-test.ts';
import { listConnectionTests } from '../../control/list-connection-tests.ts';
import { type ConnectionTestDetail, readConnectionTest } from '../../control/read-connection-test.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import {
  connectionTestBody,
  connectionTestDetail,
  connectionTestItem,
  connectionTestParams,
  connectionTestProblems,
  createdConnectionTest,
} from './connection-test-schemas.ts';
import { describeEnvelope, describePage, wrapPage, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { identifyActor } from './identify-actor.ts';
import { accountParams } from './key-schemas.ts';
import { pageProblems, pageQuery, readPageQuery } from './page-query.ts';

const COLLECTION = '/accounts/:accountId/calls/connection_tests';
const ITEM = `${COLLECTION}/:connectionTestId`;

const reading = { access: 'Calls Read' } as const;
const writing = { access: 'Calls Write' } as const;
const common = { tags: ['Connection tests'], security: [{ accountToken: [] }] };

/** Links with which somebody who has no account here tries the way to the relay, and what their browsers say of it. */
export function registerConnectionTests(app: HttpApp, context: HttpContext): void {
  registerCollection(app, context);
  registerItem(app, context);
}

function registerCollection(app: HttpApp, { control }: HttpContext): void {
  app.get(
    COLLECTION,
    {
      config: { ...reading, problems: pageProblems },
      schema: {
        ...common,
        operationId: 'listConnectionTests',
        summary: 'List the connection tests of an account, newest first',
        params: accountParams,
        querystring: pageQuery,
        response: {
          200: describePage(connectionTestItem, 'One page of connection tests.'),
          ...describeEnvelopeErrors(400, 401, 403, 404),
        },
      },
    },
    async ({ params, query }) => {
      const request = readPageQuery(query);
      const { tests, totalCount } = await listConnectionTests(control, params.accountId, request);
      return wrapPage(tests.map(formatTest), { ...request, totalCount });
    },
  );

  app.post(
    COLLECTION,
    {
      config: { ...writing, problems: connectionTestProblems },
      schema: {
        ...common,
        operationId: 'createConnectionTest',
        summary: 'Make a link with which somebody tries the way to the relay',
        params: accountParams,
        body: connectionTestBody,
        response: {
          201: describeEnvelope(createdConnectionTest, 'The connection test, with its link.'),
          ...describeEnvelopeErrors(400, 401, 403, 404, 409, 413),
        },
      },
    },
    async (request, reply) => {
      const { key_uid: keyUid, expires_in: expiresInSeconds } = request.body;
      const by = identifyActor(request);
      const input = { keyUid, expiresInSeconds };
      const { test, token } = await createConnectionTest(control, by, request.params.accountId, input);
      return reply.code(201).send(wrapResult({ ...formatTest(test), link: `/connection-test#token=${token}` }));
    },
  );
}

function registerItem(app: HttpApp, { control }: HttpContext): void {
  const schema = { ...common, params: connectionTestParams };

  app.get(
    ITEM,
    {
      config: reading,
      schema: {
        ...schema,
        operationId: 'readConnectionTest',
        summary: 'Read a connection test with its results',
        response: {
          200: describeEnvelope(connectionTestDetail, 'The connection test.'),
          ...describeEnvelopeErrors(401, 403, 404),
        },
      },
    },
    async ({ params: { accountId, connectionTestId } }) =>
      wrapResult(formatDetail(await readConnectionTest(control, accountId, connectionTestId))),
  );

  app.delete(
    ITEM,
    {
      config: writing,
      schema: {
        ...schema,
        operationId: 'deleteConnectionTest',
        summary: 'Delete a connection test with its results; credentials that its link gave are revoked',
        response: {
          200: describeEnvelope(connectionTestItem, 'The connection test that was.'),
          ...describeEnvelopeErrors(401, 403, 404, 409),
        },
      },
    },
    async (request) => {
      const { accountId, connectionTestId } = request.params;
      const deleted = await deleteConnectionTest(control, identifyActor(request), accountId, connectionTestId);
      return wrapResult(formatTest(deleted));
    },
  );
}

function formatTest({ id, keyUid, createdAt, expiresAt, uses, lastOpenedAt, results }: ConnectionTest) {
  return {
    id,
    key_uid: keyUid as string,
    created_on: formatRfc3339(createdAt),
    expires_on: formatRfc3339(expiresAt),
    uses,
    ...(lastOpenedAt !== undefined && { last_opened_on: formatRfc3339(lastOpenedAt) }),
    result_count: results,
  };
}

function formatDetail({ test, results }: ConnectionTestDetail) {
  return {
    ...formatTest(test),
    results: results.map(({ receivedAt, report: { user_agent, paths } }) => ({
      received_on: formatRfc3339(receivedAt),
      user_agent,
      paths: paths.map((path) => ({ ...path, candidates: [...path.candidates] })),
    })),
  };
}
