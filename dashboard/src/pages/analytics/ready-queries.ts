export interface ReadyQuery {
  readonly name: string;
  readonly query: string;
}

const groups = (accountId: string, args: string, fields: string): string => `query {
  viewer {
    accounts(filter: { accountTag: ${JSON.stringify(accountId)} }) {
      callsTurnUsageAdaptiveGroups(
        ${args}
      ) {
        ${fields}
      }
    }
  }
}`;

/** Queries to begin with, about one account up to `today`, a date in UTC. */
export function writeReadyQueries(accountId: string, from: string, today: string): readonly ReadyQuery[] {
  const range = `filter: { date_geq: "${from}", date_leq: "${today}" }`;
  return [
    {
      name: 'Egress by the day',
      query: groups(
        accountId,
        `limit: 100\n        ${range}\n        orderBy: [date_ASC]`,
        'dimensions { date }\n        sum { egressBytes ingressBytes }',
      ),
    },
    {
      name: 'Who used most',
      query: groups(
        accountId,
        `limit: 20\n        ${range}\n        orderBy: [sum_egressBytes_DESC]`,
        'dimensions { customIdentifier }\n        count\n        sum { egressBytes ingressBytes }',
      ),
    },
    {
      name: 'By key',
      query: groups(
        accountId,
        `limit: 100\n        ${range}\n        orderBy: [sum_egressBytes_DESC]`,
        'dimensions { keyId }\n        sum { egressBytes }\n        avg { concurrentConnections }',
      ),
    },
    {
      name: 'Concurrency by the hour',
      query: groups(
        accountId,
        `limit: 1000\n        ${range}\n        orderBy: [datetimeHour_ASC]`,
        'dimensions { datetimeHour }\n        avg { concurrentConnections }',
      ),
    },
  ];
}
