import { Type } from 'typebox';
import { endAllSessions, endSession } from '../../control/people/end-session.ts';
import { listSessions } from '../../control/people/list-sessions.ts';
import { signIn } from '../../control/people/sign-in.ts';
import { describePasskeySignIn, signInWithPasskey } from '../../control/people/sign-in-with-passkey.ts';
import { describeEnvelope, wrapResult } from '../cloudflare/envelope.ts';
import { describeEnvelopeErrors } from '../cloudflare/error-schemas.ts';
import { identifyActor } from '../cloudflare/identify-actor.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { formatSession } from './format-person.ts';
import { ceremonyOptions, ceremonyResponse, email, password, sessionItem, signedInItem } from './person-schemas.ts';
import { readRelyingParty } from './relying-party.ts';
import { clearSessionCookie } from './session-cookie.ts';
import { answerSignedIn, describeSignedIn, readSignInOrigin, requirePersonPrincipal } from './signed-in.ts';

const tags = ['People'];
const common = { tags, security: [{ session: [] }] };
const config = { access: 'person' } as const;

const signedIn = describeEnvelope(signedInItem, 'Who is signed in.');
const ended = describeEnvelope(Type.Object({ id: Type.String() }), 'The session that was.');

/** Signing in and out. */
export function registerSession(app: HttpApp, context: HttpContext): void {
  registerSignIn(app, context);
  registerPasskeySignIn(app, context);
  registerOwnSession(app, context);
  registerSessions(app, context);
}

function registerSignIn(app: HttpApp, { control }: HttpContext): void {
  app.post(
    '/session',
    {
      config: { access: 'anyone' },
      schema: {
        tags,
        operationId: 'signIn',
        summary: 'Sign in with email and password',
        description:
          'The answer sets the cookie of the session. What fails fails alike, whether there is such a person or not.',
        body: Type.Object({ email, password }),
        response: { 200: signedIn, ...describeEnvelopeErrors(400, 401, 403, 413) },
      },
    },
    async (request, reply) => {
      const session = await signIn(control, request.body, readSignInOrigin(request));
      return wrapResult(await answerSignedIn(control, request, reply, session));
    },
  );
}

function registerPasskeySignIn(app: HttpApp, { control }: HttpContext): void {
  app.post(
    '/session/passkey/options',
    {
      config: { access: 'anyone' },
      schema: {
        tags,
        operationId: 'beginPasskeySignIn',
        summary: 'Begin to sign in with a passkey',
        response: {
          200: describeEnvelope(ceremonyOptions, 'For `navigator.credentials.get`; good once, for five minutes.'),
          ...describeEnvelopeErrors(403),
        },
      },
    },
    async (request) => wrapResult((await describePasskeySignIn(control, readRelyingParty(request))) as never),
  );

  app.post(
    '/session/passkey',
    {
      config: { access: 'anyone' },
      schema: {
        tags,
        operationId: 'signInWithPasskey',
        summary: 'Sign in with what the authenticator answered',
        body: Type.Object({ response: ceremonyResponse }),
        response: { 200: signedIn, ...describeEnvelopeErrors(400, 401, 403, 413) },
      },
    },
    async (request, reply) => {
      const { response } = request.body;
      const party = readRelyingParty(request);
      const session = await signInWithPasskey(control, party, response, readSignInOrigin(request));
      return wrapResult(await answerSignedIn(control, request, reply, session));
    },
  );
}

function registerOwnSession(app: HttpApp, { control }: HttpContext): void {
  app.get(
    '/session',
    {
      config,
      schema: {
        ...common,
        operationId: 'readSession',
        summary: 'Who is signed in?',
        response: { 200: signedIn, ...describeEnvelopeErrors(401, 403) },
      },
    },
    async (request) => wrapResult(await describeSignedIn(control, requirePersonPrincipal(request))),
  );

  app.delete(
    '/session',
    {
      config,
      schema: {
        ...common,
        operationId: 'signOut',
        summary: 'Sign out',
        response: { 200: ended, ...describeEnvelopeErrors(401, 403, 404) },
      },
    },
    async (request, reply) => {
      const { personId, tokenId: id } = requirePersonPrincipal(request);
      await endSession(control, identifyActor(request), personId, id);
      clearSessionCookie(reply, request);
      return wrapResult({ id });
    },
  );
}

function registerSessions(app: HttpApp, { control }: HttpContext): void {
  app.get(
    '/sessions',
    {
      config,
      schema: {
        ...common,
        operationId: 'listSessions',
        summary: 'Where are you signed in?',
        response: {
          200: describeEnvelope(Type.Array(sessionItem), 'Your sessions, used last first.'),
          ...describeEnvelopeErrors(401, 403),
        },
      },
    },
    async (request) => {
      const { personId, tokenId } = requirePersonPrincipal(request);
      const sessions = await listSessions(control, personId);
      return wrapResult(sessions.map((session) => formatSession(session, tokenId)));
    },
  );

  app.delete(
    '/sessions',
    {
      config,
      schema: {
        ...common,
        operationId: 'signOutEverywhere',
        summary: 'Sign out everywhere, here too',
        response: { 200: describeEnvelope(Type.Object({}), 'It is done.'), ...describeEnvelopeErrors(401, 403) },
      },
    },
    async (request, reply) => {
      await endAllSessions(control, identifyActor(request), requirePersonPrincipal(request).personId);
      clearSessionCookie(reply, request);
      return wrapResult({});
    },
  );

  app.delete(
    '/sessions/:sessionId',
    {
      config,
      schema: {
        ...common,
        operationId: 'endSession',
        summary: 'Sign out of one of your sessions',
        params: Type.Object({ sessionId: sessionItem.properties.id }),
        response: { 200: ended, ...describeEnvelopeErrors(401, 403, 404) },
      },
    },
    async (request) => {
      const { sessionId: id } = request.params;
      await endSession(control, identifyActor(request), requirePersonPrincipal(request).personId, id);
      return wrapResult({ id });
    },
  );
}
