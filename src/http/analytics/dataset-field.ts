import {
  GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  type GraphQLFieldResolver,
  type GraphQLInputFieldConfigMap,
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLScalarType,
} from 'graphql';
import type { Account } from '../../control/ports.ts';
import {
  isTimeDimension,
  type TextDimension,
  TIME_DIMENSIONS,
  type TimeDimension,
  type UsageDimension,
} from '../../control/usage-dimension.ts';
import type { UsageGroup, UsageMeasure, UsageOrder } from '../../control/usage-query.ts';
import { analyticsScalars } from './analytics-scalars.ts';
import type { AnalyticsContext, UsageArguments } from './resolve-groups.ts';

const { time, date, text, wholeNumber } = analyticsScalars;

/** What all groups have. */
type Group = Pick<UsageGroup, 'dimensions' | 'count'>;

/** Something that is counted, as a field of an account describes it. */
export interface Dataset<Counted extends Group> {
  /** What the names of its types begin with. */
  readonly name: string;
  readonly description: string;
  readonly countDescription: string;
  readonly textDimensions: readonly TextDimension[];
  /** What groups can be ordered by beside dimensions, by its name in the schema. */
  readonly measures: Readonly<Record<string, UsageMeasure>>;
  /** The fields of a group beside its dimensions and its count. */
  readonly fields: GraphQLFieldConfigMap<Counted, AnalyticsContext>;
  readonly resolve: GraphQLFieldResolver<Account, AnalyticsContext, UsageArguments>;
}

/** The field of a dataset: groups that are limited, filtered and ordered, and grouped by the dimensions that are selected. */
export function describeDataset<Counted extends Group>({
  name,
  description,
  countDescription,
  textDimensions,
  measures,
  fields,
  resolve,
}: Dataset<Counted>): GraphQLFieldConfig<Account, AnalyticsContext, UsageArguments> {
  const dimensions = [...(Object.keys(TIME_DIMENSIONS) as TimeDimension[]), ...textDimensions];
  const group = new GraphQLObjectType<Counted, AnalyticsContext>({
    name,
    description,
    fields: {
      count: describeMeasure(wholeNumber, countDescription, ({ count }) => count),
      dimensions: {
        type: new GraphQLNonNull(describeDimensions(`${name}Dimensions`, dimensions)),
        resolve: (counted) => counted,
      },
      ...fields,
    },
  });
  return {
    type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(group))),
    args: {
      limit: { type: wholeNumber, description: 'Groups, at most 10000, which is the default.' },
      filter: { type: describeFilter(`${name}Filter_InputObject`, dimensions) },
      orderBy: { type: new GraphQLList(new GraphQLNonNull(describeOrder(`${name}OrderBy`, dimensions, measures))) },
    },
    resolve,
  };
}

/** A number of a group. */
export function describeMeasure<Counted>(
  type: GraphQLScalarType,
  description: string,
  resolve: (group: Counted) => number,
): GraphQLFieldConfig<Counted, AnalyticsContext> {
  return { type: new GraphQLNonNull(type), description, resolve };
}

function scalarOf(dimension: UsageDimension): GraphQLScalarType {
  return dimension === 'date' ? date : isTimeDimension(dimension) ? time : text;
}

function describeDimensions(name: string, dimensions: readonly UsageDimension[]): GraphQLObjectType<Group> {
  const fields = dimensions.map((dimension) => {
    const resolve = (group: Group) => group.dimensions[dimension];
    return [dimension, { type: new GraphQLNonNull(scalarOf(dimension)), resolve }] as const;
  });
  return new GraphQLObjectType<Group>({
    name,
    description: 'What a group has in common.',
    fields: Object.fromEntries(fields),
  });
}

function describeFilter(name: string, dimensions: readonly UsageDimension[]): GraphQLInputObjectType {
  const filter: GraphQLInputObjectType = new GraphQLInputObjectType({
    name,
    description: 'What holds of all that is counted: all of the members.',
    fields: (): GraphQLInputFieldConfigMap => {
      const filters = { type: new GraphQLList(new GraphQLNonNull(filter)) };
      return { AND: filters, OR: filters, ...Object.fromEntries(dimensions.flatMap(listComparisons)) };
    },
  });
  return filter;
}

function listComparisons(dimension: UsageDimension) {
  const type = scalarOf(dimension);
  const suffixes = ['', '_gt', '_geq', '_lt', '_leq', '_neq', ...(type === text ? ['_like'] : [])];
  const several = { type: new GraphQLList(new GraphQLNonNull(type)) };
  return [
    ...suffixes.map((suffix) => [dimension + suffix, { type }] as const),
    [`${dimension}_in`, several] as const,
    [`${dimension}_notin`, several] as const,
  ];
}

function describeOrder(
  name: string,
  dimensions: readonly UsageDimension[],
  measures: Dataset<Group>['measures'],
): GraphQLEnumType {
  const orders = [...dimensions.map((dimension) => [dimension, dimension] as const), ...Object.entries(measures)];
  const directions = orders.flatMap(([label, by]) => [
    [`${label}_ASC`, { value: { by, isDescending: false } satisfies UsageOrder }] as const,
    [`${label}_DESC`, { value: { by, isDescending: true } satisfies UsageOrder }] as const,
  ]);
  return new GraphQLEnumType({
    name,
    description: 'What groups are ordered by. A dimension that is named here is grouped by, too.',
    values: Object.fromEntries(directions),
  });
}
