import { Type } from 'typebox';
import { addPasskey, describeNewPasskey } from '../../control/people/add-passkey.ts';
import { changePassword } from '../../control/people/change-password.ts';
import { deletePasskey } from '../../control/people/delete-passkey.ts';
import { updatePerson } from '../../control/people/update-person.ts';
import { describeEnvelope, wrapResult } from '../cloudflare/envelope.ts';
import { describeEnvelopeErrors } from '../cloudflare/error-schemas.ts';
import { identifyActor } from '../cloudflare/identify-actor.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { formatPasskey, formatPerson } from './format-person.ts';
import {
  ceremonyOptions,
  ceremonyResponse,
  newPassword,
  passkeyItem,
  password,
  personItem,
  personName,
  personProblems,
} from './person-schemas.ts';
import { readRelyingParty } from './relying-party.ts';
import { requirePersonPrincipal } from './signed-in.ts';

const PASSKEYS = '/person/passkeys';

const common = { tags: ['People'], security: [{ session: [] }] };
const config = { access: 'person' } as const;

/** What people change of themselves. */
export function registerOwnPerson(app: HttpApp, context: HttpContext): void {
  registerPerson(app, context);
  registerNewPasskeys(app, context);
  registerPasskeys(app, context);
}

function registerPerson(app: HttpApp, { control }: HttpContext): void {
  app.put(
    '/person',
    {
      config: { ...config, problems: personProblems },
      schema: {
        ...common,
        operationId: 'updateOwnPerson',
        summary: 'Change your name',
        body: Type.Object({ name: Type.Optional(personName) }),
        response: { 200: describeEnvelope(personItem, 'You.'), ...describeEnvelopeErrors(400, 401, 403, 413) },
      },
    },
    async (request) => {
      const { personId } = requirePersonPrincipal(request);
      const { name } = request.body;
      const changes = name === undefined ? {} : { name };
      return wrapResult(formatPerson(await updatePerson(control, identifyActor(request), personId, changes)));
    },
  );

  app.put(
    '/person/password',
    {
      config: { ...config, problems: personProblems },
      schema: {
        ...common,
        operationId: 'changePassword',
        summary: 'Change your password, which ends your other sessions',
        body: Type.Object({ current: password, new: newPassword }),
        response: {
          200: describeEnvelope(Type.Object({}), 'It is done.'),
          ...describeEnvelopeErrors(400, 401, 403, 413),
        },
      },
    },
    async (request) => {
      await changePassword(control, identifyActor(request), requirePersonPrincipal(request), request.body);
      return wrapResult({});
    },
  );
}

function registerNewPasskeys(app: HttpApp, { control }: HttpContext): void {
  app.post(
    `${PASSKEYS}/options`,
    {
      config,
      schema: {
        ...common,
        operationId: 'beginPasskey',
        summary: 'Begin to make a passkey',
        response: {
          200: describeEnvelope(ceremonyOptions, 'For `navigator.credentials.create`; good once, for five minutes.'),
          ...describeEnvelopeErrors(401, 403),
        },
      },
    },
    async (request) => {
      const party = readRelyingParty(request);
      return wrapResult((await describeNewPasskey(control, requirePersonPrincipal(request), party)) as never);
    },
  );

  app.post(
    PASSKEYS,
    {
      config: { ...config, problems: personProblems },
      schema: {
        ...common,
        operationId: 'addPasskey',
        summary: 'Keep the passkey that the authenticator has made',
        body: Type.Object({ response: ceremonyResponse, name: personName }),
        response: {
          201: describeEnvelope(passkeyItem, 'The passkey.'),
          ...describeEnvelopeErrors(400, 401, 403, 409, 413),
        },
      },
    },
    async (request, reply) => {
      const person = requirePersonPrincipal(request);
      const by = identifyActor(request);
      const passkey = await addPasskey(control, by, person, readRelyingParty(request), request.body);
      return reply.code(201).send(wrapResult(formatPasskey(passkey)));
    },
  );
}

function registerPasskeys(app: HttpApp, { control }: HttpContext): void {
  app.get(
    PASSKEYS,
    {
      config,
      schema: {
        ...common,
        operationId: 'listPasskeys',
        summary: 'List your passkeys, oldest first',
        response: {
          200: describeEnvelope(Type.Array(passkeyItem), 'Your passkeys.'),
          ...describeEnvelopeErrors(401, 403),
        },
      },
    },
    async (request) => {
      const passkeys = await control.store.passkeys.list(requirePersonPrincipal(request).personId);
      return wrapResult(passkeys.map(formatPasskey));
    },
  );

  app.delete(
    `${PASSKEYS}/:passkeyId`,
    {
      config,
      schema: {
        ...common,
        operationId: 'deletePasskey',
        summary: 'Delete one of your passkeys',
        params: Type.Object({ passkeyId: passkeyItem.properties.id }),
        response: {
          200: describeEnvelope(Type.Object({ id: Type.String() }), 'The passkey that was.'),
          ...describeEnvelopeErrors(401, 403, 404),
        },
      },
    },
    async (request) => {
      const { passkeyId: id } = request.params;
      await deletePasskey(control, identifyActor(request), requirePersonPrincipal(request).personId, id);
      return wrapResult({ id });
    },
  );
}
