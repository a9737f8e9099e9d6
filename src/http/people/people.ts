import { Type } from 'typebox';
import { acceptInvitation } from '../../control/people/accept-invitation.ts';
import { deletePerson } from '../../control/people/delete-person.ts';
import { invitePerson } from '../../control/people/invite-person.ts';
import { listPeople } from '../../control/people/list-people.ts';
import { updatePerson } from '../../control/people/update-person.ts';
import { describeEnvelope, describePage, wrapPage, wrapResult } from '../cloudflare/envelope.ts';
import { describeEnvelopeErrors } from '../cloudflare/error-schemas.ts';
import { identifyActor } from '../cloudflare/identify-actor.ts';
import { pageProblems, pageQuery, readPageQuery } from '../cloudflare/page-query.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { formatPerson } from './format-person.ts';
import {
  email,
  invitedItem,
  newPassword,
  oneTimeToken,
  personItem,
  personName,
  personParams,
  personProblems,
  roles,
  signedInItem,
} from './person-schemas.ts';
import { answerSignedIn, readSignInOrigin } from './signed-in.ts';

const COLLECTION = '/people';
const ITEM = `${COLLECTION}/:personId`;

const tags = ['People'];
const common = { tags, security: [{ accountToken: [] }, { session: [] }] };
const config = { access: 'installation' } as const;

/** Who may sign in, and as what. */
export function registerPeople(app: HttpApp, context: HttpContext): void {
  registerCollection(app, context);
  registerItem(app, context);
  registerInvitations(app, context);
}

function registerCollection(app: HttpApp, { control }: HttpContext): void {
  app.get(
    COLLECTION,
    {
      config: { ...config, problems: pageProblems },
      schema: {
        ...common,
        operationId: 'listPeople',
        summary: 'List the people, oldest first, those who were only invited included',
        querystring: pageQuery,
        response: { 200: describePage(personItem, 'One page of people.'), ...describeEnvelopeErrors(400, 401, 403) },
      },
    },
    async ({ query }) => {
      const page = readPageQuery(query);
      const { people, totalCount } = await listPeople(control, page);
      return wrapPage(people.map(formatPerson), { ...page, totalCount });
    },
  );

  app.post(
    COLLECTION,
    {
      config: { ...config, problems: personProblems },
      schema: {
        ...common,
        operationId: 'invitePerson',
        summary: 'Invite a person: the link is good once, for 72 hours',
        body: Type.Object({ name: personName, email, roles }),
        response: {
          201: describeEnvelope(invitedItem, 'The person, with the link.'),
          ...describeEnvelopeErrors(400, 401, 403, 404, 409, 413),
        },
      },
    },
    async (request, reply) => {
      const { invited, token } = await invitePerson(control, identifyActor(request), request.body);
      return reply.code(201).send(wrapResult({ ...formatPerson(invited), link: `/invite#token=${token}` }));
    },
  );
}

function registerItem(app: HttpApp, { control }: HttpContext): void {
  app.put(
    ITEM,
    {
      config: { ...config, problems: personProblems },
      schema: {
        ...common,
        operationId: 'updatePerson',
        summary: 'Change a name, an email or roles; who is demoted is signed out',
        params: personParams,
        body: Type.Partial(Type.Object({ name: personName, email, roles })),
        response: {
          200: describeEnvelope(personItem, 'The person.'),
          ...describeEnvelopeErrors(400, 401, 403, 404, 409, 413),
        },
      },
    },
    async (request) => {
      const { personId } = request.params;
      return wrapResult(formatPerson(await updatePerson(control, identifyActor(request), personId, request.body)));
    },
  );

  app.delete(
    ITEM,
    {
      config,
      schema: {
        ...common,
        operationId: 'deletePerson',
        summary: 'Delete a person: they are signed out, and their links and passkeys are worth nothing',
        params: personParams,
        response: {
          200: describeEnvelope(personItem, 'The person who was.'),
          ...describeEnvelopeErrors(401, 403, 404, 409),
        },
      },
    },
    async (request) => {
      return wrapResult(formatPerson(await deletePerson(control, identifyActor(request), request.params.personId)));
    },
  );
}

function registerInvitations(app: HttpApp, { control }: HttpContext): void {
  app.post(
    '/invitations/accept',
    {
      config: { access: 'anyone', problems: personProblems },
      schema: {
        tags,
        operationId: 'acceptInvitation',
        summary: 'Choose a password, and sign in',
        body: Type.Object({ token: oneTimeToken, password: newPassword }),
        response: {
          201: describeEnvelope(signedInItem, 'Who has signed in. With the cookie of the session.'),
          ...describeEnvelopeErrors(400, 403, 413),
        },
      },
    },
    async (request, reply) => {
      const signedIn = await acceptInvitation(control, request.body, readSignInOrigin(request));
      return reply.code(201).send(wrapResult(await answerSignedIn(control, request, reply, signedIn)));
    },
  );
}
