import { type DocumentNode, execute, GraphQLError, type GraphQLFormattedError, parse, validate } from 'graphql';
import { GRAPHQL_TOKENS_MAX } from '../../base/limits.ts';
import { ControlError } from '../../control/errors.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import { adoptVariableTypes } from './adopt-variable-types.ts';
import { analyticsSchema } from './analytics-schema.ts';
import { refuseCostlyDocument } from './refuse-costly-document.ts';
import type { AnalyticsContext } from './resolve-usage.ts';

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
}

export interface GraphqlAnswer {
  readonly status: 200 | 400 | 403;
  readonly body: {
    readonly data: Readonly<Record<string, unknown>> | null;
    readonly errors: readonly GraphQLFormattedError[] | null;
  };
}

/** Values in values of variables: deeper ones would exhaust the stack of whoever reads them. */
const VARIABLE_DEPTH_MAX = 64;
/** Brackets within brackets of a document. */
const BRACKET_DEPTH_MAX = 100;

/**
 * Answers one GraphQL request, in the form of Cloudflare's: with an error there are no data.
 * @throws what is no fault of the caller's, as a `StoreError`.
 */
export async function answerGraphql(request: GraphqlRequest, context: AnalyticsContext): Promise<GraphqlAnswer> {
  const { document, errors } = readDocument(request);
  if (document === undefined) {
    return describeFailure(errors, context);
  }
  const result = await execute({
    schema: analyticsSchema,
    document,
    contextValue: context,
    variableValues: request.variables ?? {},
    operationName: request.operationName ?? null,
  });
  if (result.errors !== undefined && result.errors.length > 0) {
    return describeFailure(result.errors, context);
  }
  return { status: 200, body: { data: result.data ?? null, errors: null } };
}

function readDocument({ query, variables }: GraphqlRequest): {
  readonly document?: DocumentNode;
  readonly errors: readonly GraphQLError[];
} {
  try {
    refuseDeepText(query);
    refuseDeepValue(variables);
    const parsed = parse(query, { maxTokens: GRAPHQL_TOKENS_MAX });
    refuseCostlyDocument(parsed);
    const document = adoptVariableTypes(parsed);
    const errors = validate(analyticsSchema, document, undefined, { maxErrors: 10 });
    return errors.length === 0 ? { document, errors } : { errors };
  } catch (error) {
    if (error instanceof GraphQLError) {
      return { errors: [error] };
    }
    throw error;
  }
}

/** The parser calls itself for each bracket. Those within a text are counted, too, which no honest query notices. */
function refuseDeepText(query: string): void {
  let depth = 0;
  for (const [bracket] of query.matchAll(/[[\](){}]/g)) {
    depth += '[({'.includes(bracket) ? 1 : -1;
    if (depth > BRACKET_DEPTH_MAX) {
      throw new GraphQLError(`brackets can't be nested more than ${BRACKET_DEPTH_MAX} levels deep.`);
    }
  }
}

function refuseDeepValue(value: unknown, depth = 0): void {
  if (depth > VARIABLE_DEPTH_MAX) {
    throw new GraphQLError(`variables can't be nested more than ${VARIABLE_DEPTH_MAX} levels deep.`);
  }
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) {
      refuseDeepValue(part, depth + 1);
    }
  }
}

function describeFailure(errors: readonly GraphQLError[], { control }: AnalyticsContext): GraphqlAnswer {
  const timestamp = formatRfc3339(control.clock.unixNow());
  const formatted = errors.map((error) => {
    const { originalError } = error;
    if (
      originalError !== undefined &&
      !(originalError instanceof ControlError) &&
      !(originalError instanceof GraphQLError)
    ) {
      throw originalError;
    }
    const { message, locations, path, extensions } = error.toJSON();
    const place = { ...(locations && { locations }), ...(path && { path }) };
    return { message, ...place, extensions: { code: 'invalid_query', ...extensions, timestamp } };
  });
  const isForbidden = formatted.some(({ extensions }) => extensions.code === 'authz');
  return { status: isForbidden ? 403 : 400, body: { data: null, errors: formatted } };
}
