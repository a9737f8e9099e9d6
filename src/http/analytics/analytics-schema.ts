import { GraphQLInputObjectType, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { Account } from '../../control/ports.ts';
import { allocationGroups } from './allocation-groups.ts';
import { analyticsScalars } from './analytics-scalars.ts';
import { type AnalyticsContext, resolveAccounts } from './resolve-groups.ts';
import { usageGroups } from './usage-groups.ts';

const account = new GraphQLObjectType<Account, AnalyticsContext>({
  name: 'account',
  description: 'An account that the token may see.',
  fields: {
    callsTurnUsageAdaptiveGroups: usageGroups,
    turnAllocationGroups: allocationGroups,
  },
});

const accountFilter = new GraphQLInputObjectType({
  name: 'AccountFilter',
  fields: { accountTag: { type: new GraphQLNonNull(analyticsScalars.text), description: "The account's identifier." } },
});

const viewer = new GraphQLObjectType({
  name: 'viewer',
  fields: {
    accounts: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(account))),
      args: { filter: { type: new GraphQLNonNull(accountFilter) } },
      resolve: resolveAccounts,
    },
  },
});

/** The part of Cloudflare's analytics schema that is about TURN, and what it does not tell. */
export const analyticsSchema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: { viewer: { type: new GraphQLNonNull(viewer), resolve: () => ({}) } },
  }),
});
