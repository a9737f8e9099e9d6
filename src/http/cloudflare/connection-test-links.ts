import { Type } from 'typebox';
import { openConnectionTest } from '../../control/open-connection-test.ts';
import { recordConnectionTestResult } from '../../control/record-connection-test-result.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import { formatIceServers } from '../format-ice-servers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { requireIceServerUrls } from '../require-ice-server-urls.ts';
import { openBody, openedConnectionTest, resultBody, resultProblems } from './connection-test-schemas.ts';
import { describeEnvelope, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';

const common = { tags: ['Connection tests'], security: [] };

/** What whoever has the link of a connection test does with it: nobody signs in, and requests are counted by address. */
export function registerConnectionTestLinks(app: HttpApp, context: HttpContext): void {
  const { control } = context;
  app.post(
    '/connection_tests/open',
    {
      config: { access: 'anyone' },
      schema: {
        ...common,
        operationId: 'openConnectionTest',
        summary: 'Open the link of a connection test: a credential of five minutes',
        description: 'Each URL of `iceServers` is one path to the relay, to be tried by itself.',
        body: openBody,
        response: {
          201: describeEnvelope(openedConnectionTest, 'The credential.'),
          ...describeEnvelopeErrors(400, 404, 409, 413),
        },
      },
    },
    async ({ body }, reply) => {
      const urls = requireIceServerUrls(context);
      const issued = await openConnectionTest(control, body.token);
      const result = { iceServers: formatIceServers(urls, issued), expires_on: formatRfc3339(issued.expiresAt) };
      return reply.code(201).send(wrapResult(result));
    },
  );

  app.post(
    '/connection_tests/result',
    {
      config: { access: 'anyone', problems: resultProblems },
      schema: {
        ...common,
        operationId: 'sendConnectionTestResult',
        summary: 'Tell whoever made the link how the paths to the relay went',
        body: resultBody,
        response: {
          200: describeEnvelope(Type.Null(), 'It is kept.'),
          ...describeEnvelopeErrors(400, 404, 409, 413),
        },
      },
    },
    async ({ body }) => {
      await recordConnectionTestResult(control, body.token, body.result);
      return wrapResult(null);
    },
  );
}
