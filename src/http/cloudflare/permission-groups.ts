import { Type } from 'typebox';
import { PERMISSIONS } from '../../control/permission.ts';
import { readAccount } from '../../control/read-account.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import type { MemberProblems } from '../problem.ts';
import { describeEnvelope, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { accountParams } from './key-schemas.ts';
import { GROUP_SCOPE, PERMISSION_GROUPS } from './permission-group.ts';

const groupItem = Type.Object({
  id: Type.String({ description: "The identifier, which is Cloudflare's." }),
  name: Type.Enum([...PERMISSIONS]),
  scopes: Type.Array(Type.Literal(GROUP_SCOPE)),
});

const groupQuery = Type.Object({
  name: Type.Optional(Type.String({ description: 'Only the group of this name.' })),
  scope: Type.Optional(Type.String({ description: `Only groups of this scope; all are of \`${GROUP_SCOPE}\`.` })),
});

const groupProblems = { name: 'invalid_filter', scope: 'invalid_filter' } as const satisfies MemberProblems;

/** What the policies of tokens may name. */
export function registerPermissionGroups(app: HttpApp, { control }: HttpContext): void {
  app.get(
    '/accounts/:accountId/tokens/permission_groups',
    {
      config: { access: 'own account', problems: groupProblems },
      schema: {
        tags: ['Tokens'],
        security: [{ accountToken: [] }],
        operationId: 'listPermissionGroups',
        summary: 'List what a token may be permitted',
        params: accountParams,
        querystring: groupQuery,
        response: {
          200: describeEnvelope(Type.Array(groupItem), 'All of them.'),
          ...describeEnvelopeErrors(400, 401, 403, 404),
        },
      },
    },
    async ({ params, query }) => {
      await readAccount(control, params.accountId);
      const { name, scope = GROUP_SCOPE } = query;
      const groups = PERMISSION_GROUPS.filter((group) => scope === GROUP_SCOPE && (name ?? group.name) === group.name);
      return wrapResult(groups.map((group) => ({ ...group, scopes: [...group.scopes] })));
    },
  );
}
