import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { HttpApp } from './http-app.ts';

/** Collects the schemas of the routes that are registered after it, for `app.swagger()` to describe. */
export async function describeRoutes(app: HttpApp, version: string): Promise<void> {
  await app.register(swagger, {
    refResolver: { buildLocalReference: (schema) => String(schema.$id) },
    transformObject: (document) => ('openapiObject' in document ? allowEmptyBodies(document.openapiObject) : {}),
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Taciturn',
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        description:
          'A managed TURN service. Its API is that of Cloudflare Realtime TURN, on an installation of your own.',
      },
      tags: [
        { name: 'Credentials', description: 'For back ends: make and revoke the credentials of TURN clients.' },
        { name: 'TURN keys', description: 'For administrators: the keys that back ends use.' },
        { name: 'Accounts', description: 'For administrators: whom TURN keys and tokens belong to.' },
        { name: 'Tokens', description: 'For administrators: the tokens of the management API.' },
        { name: 'People', description: 'For browsers: to sign in, and who may.' },
        { name: 'Limits', description: 'For administrators: what accounts and TURN keys may use.' },
        {
          name: 'Connection tests',
          description: 'Does the relay work from there? For whoever has a link, and who made it.',
        },
        { name: 'Webhooks', description: 'For back ends: to be told what happens.' },
        { name: 'Audit log', description: 'For administrators: who did what.' },
        { name: 'Live allocations', description: 'For administrators: who uses the relay now.' },
        { name: 'Analytics', description: 'For administrators and billing: usage.' },
        { name: 'Operation', description: 'For those who run the service.' },
      ],
      components: {
        securitySchemes: {
          turnKeyToken: { type: 'http', scheme: 'bearer', description: "A TURN key's API token." },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'taciturn_session',
            description: 'The cookie of a person who has signed in; over TLS its name begins with `__Host-`.',
          },
          accountToken: { type: 'http', scheme: 'bearer', description: 'A token of the management API.' },
        },
      },
    },
  });
}

/** The OpenAPI description of a loaded app, as it is served and as `api/openapi.json` holds it. */
export function formatOpenApi(app: HttpApp): string {
  return `${JSON.stringify(app.swagger(), null, 2)}\n`;
}

type Transform = NonNullable<FastifyDynamicSwaggerOptions['transformObject']>;
type Document = Extract<Parameters<Transform>[0], { openapiObject: unknown }>['openapiObject'];

/** An empty body is `{}`, so no body is required, which a schema alone cannot say. */
function allowEmptyBodies(document: Document): Document {
  for (const path of Object.values(document.paths ?? {})) {
    for (const { requestBody } of [path?.post, path?.put].filter((operation) => operation !== undefined)) {
      if (requestBody !== undefined && 'required' in requestBody) {
        requestBody.required = false;
      }
    }
  }
  return document;
}
