import { Type } from 'typebox';
import { completeSetup } from '../../control/people/complete-setup.ts';
import { createSetupToken, setupNotNeeded } from '../../control/people/create-setup-token.ts';
import { describeEnvelope, wrapResult } from '../cloudflare/envelope.ts';
import { describeEnvelopeErrors } from '../cloudflare/error-schemas.ts';
import { identifyActor } from '../cloudflare/identify-actor.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { email, newPassword, oneTimeToken, personName, personProblems, signedInItem } from './person-schemas.ts';
import { answerSignedIn, readSignInOrigin } from './signed-in.ts';

const tags = ['People'];

const setupItem = Type.Object({ needed: Type.Boolean({ description: 'Whether there is nobody who could sign in.' }) });
const setupBody = Type.Object({ token: oneTimeToken, name: personName, email, password: newPassword });
const setupLink = Type.Object({
  link: Type.String({ description: "A path of this service's. It is good once, and the one before it no more." }),
});

/** The first visit: whoever has the link that a start printed becomes the first person. */
export function registerSetup(app: HttpApp, { control }: HttpContext): void {
  app.get(
    '/setup',
    {
      config: { access: 'anyone' },
      schema: {
        tags,
        operationId: 'readSetup',
        summary: 'Is there nobody yet?',
        response: {
          200: describeEnvelope(setupItem, 'Whether the first person is missing.'),
          ...describeEnvelopeErrors(),
        },
      },
    },
    async () => wrapResult({ needed: !(await control.store.people.hasSignIn()) }),
  );

  app.post(
    '/setup',
    {
      config: { access: 'anyone', problems: personProblems },
      schema: {
        tags,
        operationId: 'completeSetup',
        summary: 'Become the first person, an owner of everything, and sign in',
        body: setupBody,
        response: {
          201: describeEnvelope(signedInItem, 'Who has signed in. With the cookie of the session.'),
          ...describeEnvelopeErrors(400, 403, 409, 413),
        },
      },
    },
    async (request, reply) => {
      const signedIn = await completeSetup(control, request.body, readSignInOrigin(request));
      return reply.code(201).send(wrapResult(await answerSignedIn(control, request, reply, signedIn)));
    },
  );

  app.post(
    '/setup/link',
    {
      config: { access: 'installation' },
      schema: {
        tags,
        security: [{ accountToken: [] }],
        operationId: 'createSetupLink',
        summary: 'Make another link for the first person',
        response: { 201: describeEnvelope(setupLink, 'The link.'), ...describeEnvelopeErrors(401, 403, 409) },
      },
    },
    async (request, reply) => {
      const token = await createSetupToken(control, identifyActor(request));
      if (token === undefined) {
        throw setupNotNeeded();
      }
      return reply.code(201).send(wrapResult({ link: `/setup#token=${token}` }));
    },
  );
}
