import { type TSchema, Type } from 'typebox';
import type { MemberProblems } from '../problem.ts';
import { describeEnvelope, type EnvelopeMessage, wrapResult } from './envelope.ts';
import { pageProblems } from './page-query.ts';

/** Of lists that change while they are read, or that are too long to be counted: where a page begins. */
export const cursorQuery = Type.Object({
  cursor: Type.Optional(
    Type.String({ description: '`result_info.cursors.after` of the page before; without it the list begins.' }),
  ),
});

export const cursorProblems = { ...pageProblems, cursor: 'invalid_cursor' } as const satisfies MemberProblems;

export interface CursorPosition {
  readonly perPage: number;
  /** Where the next page begins; undefined on the last. */
  readonly after: string | undefined;
  readonly messages?: EnvelopeMessage[];
}

/** Puts one page of such a list into the envelope, as version 2 of Cloudflare's audit log has it. */
export function wrapCursorPage<Item>(items: Item[], { perPage, after, messages }: CursorPosition) {
  return {
    ...wrapResult(items, messages),
    result_info: { count: items.length, per_page: perPage, cursors: after === undefined ? {} : { after } },
  };
}

/** The schema of such a page. */
export function describeCursorPage<Item extends TSchema>(item: Item, description: string) {
  const resultInfo = Type.Object({
    count: Type.Integer({ description: 'Items on this page.' }),
    per_page: Type.Integer(),
    cursors: Type.Object({
      after: Type.Optional(
        Type.String({ description: 'The `cursor` with which the next page begins; missing on the last.' }),
      ),
    }),
  });
  const { properties } = describeEnvelope(Type.Array(item), description);
  return Type.Object({ ...properties, result_info: resultInfo }, { description });
}
