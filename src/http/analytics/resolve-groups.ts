import { GraphQLError, type GraphQLFieldResolver } from 'graphql';
import { ANALYTICS_GROUPS_MAX } from '../../base/limits.ts';
import { authorizeAnalytics } from '../../control/authorize-analytics.ts';
import type { Account, ControlPorts, Principal } from '../../control/ports.ts';
import type { UsageDimension } from '../../control/usage-dimension.ts';
import type { UsageOrder, UsageQuery } from '../../control/usage-query.ts';
import { listSelectedFields } from './list-selected-fields.ts';
import { type FilterInput, readUsageFilter } from './read-usage-filter.ts';

/** What resolvers answer with. */
export interface AnalyticsContext {
  readonly control: ControlPorts;
  readonly principal: Principal;
}

/** The account of a filter, alone in its list; one that may not be seen is an error, as Cloudflare has it. */
export async function resolveAccounts(
  _parent: unknown,
  { filter }: { readonly filter: { readonly accountTag: string } },
  { control, principal }: AnalyticsContext,
): Promise<readonly Account[]> {
  const account = await authorizeAnalytics(control, principal, filter.accountTag);
  if (account === undefined) {
    throw new GraphQLError('not authorized for that account', { extensions: { code: 'authz' } });
  }
  return [account];
}

export interface UsageArguments {
  readonly limit?: number | null;
  readonly filter?: FilterInput | null;
  readonly orderBy?: readonly UsageOrder[] | null;
}

/** Resolves the field of a dataset with what `query` answers; it groups by the dimensions that are selected in it. */
export function resolveGroups<Group>(
  query: (ports: ControlPorts, account: Account, query: UsageQuery) => Promise<readonly Group[]>,
): GraphQLFieldResolver<Account, AnalyticsContext, UsageArguments, Promise<readonly Group[]>> {
  return (account, { limit, filter, orderBy }, { control }, info) => {
    const parts = listSelectedFields(info.fieldNodes, info).filter(({ name }) => name.value === 'dimensions');
    const names = listSelectedFields(parts, info).map(({ name }) => name.value);
    return query(control, account, {
      dimensions: [...new Set(names.filter((name) => !name.startsWith('__')))] as UsageDimension[],
      filter: readUsageFilter(filter ?? {}),
      orderBy: orderBy ?? [],
      limit: limit ?? ANALYTICS_GROUPS_MAX,
    });
  };
}
