import { type TSchema, Type } from 'typebox';

/** Cloudflare's envelope around a result. */
export interface Envelope<Result> {
  readonly success: true;
  readonly errors: [];
  readonly messages: EnvelopeMessage[];
  readonly result: Result;
}

export interface EnvelopeMessage {
  readonly code: number;
  readonly message: string;
}

/** Where a list's page stands among all of its items. */
export interface ResultInfo {
  readonly page: number;
  readonly per_page: number;
  /** Items on this page. */
  readonly count: number;
  readonly total_count: number;
  readonly total_pages: number;
}

/** Puts a result into the envelope. */
export function wrapResult<Result>(result: Result, messages: EnvelopeMessage[] = []): Envelope<Result> {
  return { success: true, errors: [], messages, result };
}

/** Puts one page of a list into the envelope. */
export function wrapPage<Item>(
  items: Item[],
  position: { readonly page: number; readonly perPage: number; readonly totalCount: number },
): Envelope<Item[]> & { readonly result_info: ResultInfo } {
  const { page, perPage, totalCount } = position;
  return {
    ...wrapResult(items),
    result_info: {
      page,
      per_page: perPage,
      count: items.length,
      total_count: totalCount,
      total_pages: Math.ceil(totalCount / perPage),
    },
  };
}

/** What an answer says of workers that did not. */
export function describeMissing(workers: readonly number[]): EnvelopeMessage[] {
  return workers.map((worker) => ({
    code: MISSING_WORKER,
    message: `Worker ${worker} did not answer; its allocations are not listed.`,
  }));
}

const MISSING_WORKER = 2044;

const envelopeMembers = {
  success: Type.Literal(true),
  errors: Type.Array(Type.Unknown(), { maxItems: 0 }),
  messages: Type.Array(Type.Object({ code: Type.Integer({ minimum: 1000 }), message: Type.String() })),
};

/** The schema of an enveloped result. */
export function describeEnvelope<Result extends TSchema>(result: Result, description: string) {
  return Type.Object({ ...envelopeMembers, result }, { description });
}

/** The schema of an enveloped page of a list. */
export function describePage<Item extends TSchema>(item: Item, description: string) {
  const resultInfo = Type.Object({
    page: Type.Integer(),
    per_page: Type.Integer(),
    count: Type.Integer({ description: 'Items on this page.' }),
    total_count: Type.Integer({ description: 'Items on all pages.' }),
    total_pages: Type.Integer(),
  });
  return Type.Object({ ...envelopeMembers, result: Type.Array(item), result_info: resultInfo }, { description });
}
