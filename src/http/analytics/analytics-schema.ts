import {
  GraphQLEnumType,
  type GraphQLFieldConfigMap,
  type GraphQLInputFieldConfigMap,
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  GraphQLSchema,
} from 'graphql';
import {
  isTimeDimension,
  TEXT_DIMENSIONS,
  TIME_DIMENSIONS,
  type UsageDimension,
} from '../../control/usage-dimension.ts';
import type { UsageGroup, UsageOrder } from '../../control/usage-query.ts';
import { analyticsScalars } from './analytics-scalars.ts';
import { resolveAccounts, resolveUsage } from './resolve-usage.ts';

const { time, date, text, wholeNumber, number } = analyticsScalars;
const dimensionNames: readonly UsageDimension[] = [
  ...(Object.keys(TIME_DIMENSIONS) as (keyof typeof TIME_DIMENSIONS)[]),
  ...TEXT_DIMENSIONS,
];

function scalarOf(dimension: UsageDimension): GraphQLScalarType {
  return dimension === 'date' ? date : isTimeDimension(dimension) ? time : text;
}

const filter: GraphQLInputObjectType = new GraphQLInputObjectType({
  name: 'AccountCallsTurnUsageAdaptiveGroupsFilter_InputObject',
  description: 'What holds of the usage that is counted: all of the members.',
  fields: (): GraphQLInputFieldConfigMap => {
    const filters = { type: new GraphQLList(new GraphQLNonNull(filter)) };
    const comparisons = dimensionNames.flatMap((name) => {
      const type = scalarOf(name);
      const suffixes = ['', '_gt', '_geq', '_lt', '_leq', '_neq', ...(type === text ? ['_like'] : [])];
      const several = { type: new GraphQLList(new GraphQLNonNull(type)) };
      return [
        ...suffixes.map((suffix) => [name + suffix, { type }] as const),
        [`${name}_in`, several] as const,
        [`${name}_notin`, several] as const,
      ];
    });
    return { AND: filters, OR: filters, ...Object.fromEntries(comparisons) };
  },
});

const measures = {
  sum_egressBytes: 'egressBytes',
  sum_ingressBytes: 'ingressBytes',
  avg_concurrentConnections: 'concurrentConnections',
  avg_concurrentConnectionsFiveMinutes: 'concurrentConnections',
  count: 'count',
} as const;

function listOrders(): Record<string, { value: UsageOrder }> {
  const orders = [...dimensionNames.map((name) => [name, name] as const), ...Object.entries(measures)];
  const directions = orders.flatMap(([name, by]) => [
    [`${name}_ASC`, { value: { by, isDescending: false } }] as const,
    [`${name}_DESC`, { value: { by, isDescending: true } }] as const,
  ]);
  return Object.fromEntries(directions);
}

const orderBy = new GraphQLEnumType({
  name: 'AccountCallsTurnUsageAdaptiveGroupsOrderBy',
  description: 'What groups are ordered by. A dimension that is named here is grouped by, too.',
  values: listOrders(),
});

function objectOf(name: string, description: string, fields: GraphQLFieldConfigMap<UsageGroup, unknown>) {
  return new GraphQLNonNull(new GraphQLObjectType({ name, description, fields }));
}

function measure(type: GraphQLScalarType, description: string, resolve: (group: UsageGroup) => number) {
  return { type: new GraphQLNonNull(type), description, resolve };
}

const dimensionFields = dimensionNames.map((name) => {
  const resolve = ({ dimensions }: UsageGroup) => dimensions[name];
  return [name, { type: new GraphQLNonNull(scalarOf(name)), resolve }] as const;
});

const average = 'Live allocations, averaged over the time of the group that lies in the range and is over.';
const group = new GraphQLObjectType<UsageGroup>({
  name: 'AccountCallsTurnUsageAdaptiveGroups',
  description: 'Usage of TURN, exact: nothing is sampled.',
  fields: {
    count: measure(wholeNumber, 'Allocations that began.', ({ count }) => count),
    dimensions: {
      type: objectOf(
        'AccountCallsTurnUsageAdaptiveGroupsDimensions',
        'What the usage of a group has in common.',
        Object.fromEntries(dimensionFields),
      ),
      resolve: (usage) => usage,
    },
    sum: {
      type: objectOf('AccountCallsTurnUsageAdaptiveGroupsSum', 'Bytes of TURN between client and server.', {
        egressBytes: measure(wholeNumber, 'Server to client.', ({ egressBytes }) => egressBytes),
        ingressBytes: measure(wholeNumber, 'Client to server.', ({ ingressBytes }) => ingressBytes),
      }),
      resolve: (usage) => usage,
    },
    avg: {
      type: objectOf('AccountCallsTurnUsageAdaptiveGroupsAvg', 'Averages over time.', {
        concurrentConnections: measure(number, average, ({ concurrentConnections }) => concurrentConnections),
        concurrentConnectionsFiveMinutes: measure(
          number,
          'The same: the average of the averages of five minutes.',
          ({ concurrentConnections }) => concurrentConnections,
        ),
      }),
      resolve: (usage) => usage,
    },
  },
});

function listOf(type: GraphQLObjectType): GraphQLOutputType {
  return new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)));
}

const account = new GraphQLObjectType({
  name: 'account',
  description: 'An account that the token may see.',
  fields: {
    callsTurnUsageAdaptiveGroups: {
      type: listOf(group),
      args: {
        limit: { type: wholeNumber, description: 'Groups, at most 10000, which is the default.' },
        filter: { type: filter },
        orderBy: { type: new GraphQLList(new GraphQLNonNull(orderBy)) },
      },
      resolve: resolveUsage,
    },
  },
});

const accountFilter = new GraphQLInputObjectType({
  name: 'AccountFilter',
  fields: { accountTag: { type: new GraphQLNonNull(text), description: "The account's identifier." } },
});

const viewer = new GraphQLObjectType({
  name: 'viewer',
  fields: {
    accounts: {
      type: listOf(account),
      args: { filter: { type: new GraphQLNonNull(accountFilter) } },
      resolve: resolveAccounts,
    },
  },
});

/** The part of Cloudflare's analytics schema that is about TURN. */
export const analyticsSchema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: { viewer: { type: new GraphQLNonNull(viewer), resolve: () => ({}) } },
  }),
});
