import { Type } from 'typebox';
import { ITEMS_PER_PAGE_MAX } from '../../base/limits.ts';
import type { PageRequest } from '../../control/page-request.ts';
import type { MemberProblems } from '../problem.ts';

/** The schema of a list's query. */
export const pageQuery = Type.Object({
  page: Type.Optional(Type.Integer({ minimum: 1, default: 1 })),
  per_page: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: ITEMS_PER_PAGE_MAX,
      default: ITEMS_PER_PAGE_MAX,
      description: 'The default is the maximum, since some of the official clients read one page only.',
    }),
  ),
});

export const pageProblems = { page: 'invalid_page', per_page: 'invalid_page' } as const satisfies MemberProblems;

/** The page that a query asks for. */
export function readPageQuery(query: { page?: number; per_page?: number }): PageRequest {
  const { page = 1, per_page: perPage = ITEMS_PER_PAGE_MAX } = query;
  return { page, perPage };
}
