import { type DocumentNode, GraphQLError, type SelectionSetNode } from 'graphql';
import { GRAPHQL_DEPTH_MAX, GRAPHQL_FIELDS_MAX, GRAPHQL_USAGE_QUERIES_MAX } from '../../base/limits.ts';

interface Cost {
  readonly depth: number;
  readonly fields: number;
  readonly usageQueries: number;
}

/** The fields that read the database. */
const DATASETS: ReadonlySet<string> = new Set(['callsTurnUsageAdaptiveGroups', 'turnAllocationGroups']);

const NOTHING: Cost = { depth: 0, fields: 0, usageQueries: 0 };

/**
 * Refuses a document that would be costly to validate or to answer, fragments counted wherever they are spread. Each
 * fragment is looked at once, so the look itself is cheap.
 * @throws {GraphQLError}
 */
export function refuseCostlyDocument({ definitions }: DocumentNode): void {
  const fragments = new Map(
    definitions.flatMap((one) => (one.kind === 'FragmentDefinition' ? [[one.name.value, one.selectionSet]] : [])),
  );
  const known = new Map<string, Cost>();
  for (const definition of definitions) {
    if (definition.kind === 'OperationDefinition') {
      refuseCost(measure(definition.selectionSet, fragments, known));
    }
  }
}

function measure(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, SelectionSetNode>,
  known: Map<string, Cost>,
): Cost {
  let cost = NOTHING;
  for (const selection of selections) {
    if (selection.kind === 'FragmentSpread') {
      cost = add(cost, measureFragment(selection.name.value, fragments, known));
    } else if (selection.selectionSet !== undefined) {
      cost = add(cost, measure(selection.selectionSet, fragments, known), selection.kind === 'Field' ? 1 : 0);
    } else {
      cost = add(cost, NOTHING, 1);
    }
    if (selection.kind === 'Field' && DATASETS.has(selection.name.value)) {
      cost = { ...cost, usageQueries: cost.usageQueries + 1 };
    }
  }
  return cost;
}

function measureFragment(
  name: string,
  fragments: ReadonlyMap<string, SelectionSetNode>,
  known: Map<string, Cost>,
): Cost {
  const before = known.get(name);
  const fragment = fragments.get(name);
  if (before !== undefined || fragment === undefined) {
    return before ?? NOTHING;
  }
  // A fragment within itself counts nothing here: validation refuses it.
  known.set(name, NOTHING);
  const cost = measure(fragment, fragments, known);
  known.set(name, cost);
  return cost;
}

function add(sum: Cost, part: Cost, fields = 0): Cost {
  return {
    depth: Math.max(sum.depth, part.depth + fields),
    fields: sum.fields + part.fields + fields,
    usageQueries: sum.usageQueries + part.usageQueries,
  };
}

function refuseCost({ depth, fields, usageQueries }: Cost): void {
  if (depth > GRAPHQL_DEPTH_MAX) {
    throw new GraphQLError(`query depth can't be more than ${GRAPHQL_DEPTH_MAX}: select less deeply.`);
  }
  if (fields > GRAPHQL_FIELDS_MAX) {
    throw new GraphQLError(`number of fields can't be more than ${GRAPHQL_FIELDS_MAX}: ask in several requests.`);
  }
  if (usageQueries > GRAPHQL_USAGE_QUERIES_MAX) {
    throw new GraphQLError(
      `number of datasets can't be more than ${GRAPHQL_USAGE_QUERIES_MAX} in one request: ask in several requests.`,
    );
  }
}
