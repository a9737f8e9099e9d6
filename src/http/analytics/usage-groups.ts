import { type GraphQLFieldConfigMap, GraphQLNonNull, GraphQLObjectType } from 'graphql';
import { queryUsage } from '../../control/query-usage.ts';
import { TEXT_DIMENSIONS } from '../../control/usage-dimension.ts';
import type { UsageGroup } from '../../control/usage-query.ts';
import { analyticsScalars } from './analytics-scalars.ts';
import { describeDataset, describeMeasure } from './dataset-field.ts';
import { type AnalyticsContext, resolveGroups } from './resolve-groups.ts';

const { wholeNumber, number } = analyticsScalars;

function describePart(name: string, description: string, fields: GraphQLFieldConfigMap<UsageGroup, AnalyticsContext>) {
  const type = new GraphQLObjectType<UsageGroup, AnalyticsContext>({ name, description, fields });
  return { type: new GraphQLNonNull(type), resolve: (usage: UsageGroup) => usage };
}

const average = 'Live allocations, averaged over the time of the group that lies in the range and is over.';

/** Usage, with the names of Cloudflare's schema. */
export const usageGroups = describeDataset<UsageGroup>({
  name: 'AccountCallsTurnUsageAdaptiveGroups',
  description: 'Usage of TURN, exact: nothing is sampled.',
  countDescription: 'Allocations that began.',
  textDimensions: TEXT_DIMENSIONS,
  measures: {
    sum_egressBytes: 'egressBytes',
    sum_ingressBytes: 'ingressBytes',
    avg_concurrentConnections: 'concurrentConnections',
    avg_concurrentConnectionsFiveMinutes: 'concurrentConnections',
    count: 'count',
  },
  fields: {
    sum: describePart('AccountCallsTurnUsageAdaptiveGroupsSum', 'Bytes of TURN between client and server.', {
      egressBytes: describeMeasure(wholeNumber, 'Server to client.', ({ egressBytes }) => egressBytes),
      ingressBytes: describeMeasure(wholeNumber, 'Client to server.', ({ ingressBytes }) => ingressBytes),
    }),
    avg: describePart('AccountCallsTurnUsageAdaptiveGroupsAvg', 'Averages over time.', {
      concurrentConnections: describeMeasure(number, average, ({ concurrentConnections }) => concurrentConnections),
      concurrentConnectionsFiveMinutes: describeMeasure(
        number,
        'The same: the average of the averages of five minutes.',
        ({ concurrentConnections }) => concurrentConnections,
      ),
    }),
  },
  resolve: resolveGroups(queryUsage),
});
