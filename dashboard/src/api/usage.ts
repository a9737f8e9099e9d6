import { useQuery } from '@tanstack/react-query';
import { send } from './client.ts';

/** A group of usage, as a query of {@link useUsage} asks for it. */
export interface UsageGroup {
  readonly count: number;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly sum: { readonly egressBytes: number; readonly ingressBytes: number };
  readonly avg: { readonly concurrentConnections: number };
}

export interface UsageRequest {
  readonly accountId: string;
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** What usage is grouped by. */
  readonly by: readonly string[];
  readonly orderBy: string;
  readonly keyUid?: string | undefined;
  readonly limit?: number;
}

interface UsageAnswer {
  readonly data: {
    readonly viewer: { readonly accounts: readonly { readonly groups: readonly UsageGroup[] }[] };
  } | null;
  readonly errors: readonly { readonly message: string }[] | null;
}

/** Usage of an account or one of its keys, in groups, asked of the analytics as anyone could. */
export function useUsage(request: UsageRequest) {
  return useQuery({
    queryKey: ['usage', request],
    queryFn: () => readUsage(request),
    placeholderData: (before) => before,
  });
}

async function readUsage(request: UsageRequest): Promise<readonly UsageGroup[]> {
  const variables = {
    account: request.accountId,
    filter: {
      datetime_geq: formatTime(request.from),
      datetime_lt: formatTime(request.to),
      ...(request.keyUid === undefined ? {} : { keyId: request.keyUid }),
    },
    orderBy: [request.orderBy],
    limit: request.limit ?? 10_000,
  };
  const answer = (await send('post', '/graphql', { query: writeQuery(request.by), variables })) as UsageAnswer;
  const [problem] = answer.errors ?? [];
  if (problem !== undefined) {
    throw new Error(problem.message);
  }
  return answer.data?.viewer.accounts[0]?.groups ?? [];
}

function writeQuery(dimensions: readonly string[]): string {
  return `query Usage($account: string!, $filter: AccountCallsTurnUsageAdaptiveGroupsFilter_InputObject, $orderBy: [AccountCallsTurnUsageAdaptiveGroupsOrderBy!], $limit: uint64) {
  viewer { accounts(filter: { accountTag: $account }) {
    groups: callsTurnUsageAdaptiveGroups(limit: $limit, filter: $filter, orderBy: $orderBy) {
      count
      ${dimensions.length === 0 ? '' : `dimensions { ${dimensions.join(' ')} }`}
      sum { egressBytes ingressBytes }
      avg { concurrentConnections }
    } } } }`;
}

function formatTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
