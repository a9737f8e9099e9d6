import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { callApi, type ResultOf } from '../../api/client.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LoadingLines } from '../../ui/loading-lines.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';

const LOGS = '/client/v4/accounts/{accountId}/audit_logs';
const PER_PAGE = 50;

/** Those who have no name of their own. */
const ACTORS = {
  admin: 'admin token',
  person: 'a person',
  user: 'token',
  turn_key: 'key',
  system: 'the service',
} as const;

type Entry = ResultOf<typeof LOGS, 'get'>[number];

/** Who did what in an account. */
export function AuditPage() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId/audit-log' });
  const [resource, setResource] = useState('');
  const entries = useInfiniteQuery({
    queryKey: ['audit', accountId, resource],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      callApi('get', LOGS, {
        params: { accountId },
        query: {
          per_page: PER_PAGE,
          ...(pageParam === '' ? {} : { cursor: pageParam }),
          ...(resource === '' ? {} : { 'resource.id': resource }),
        },
        signal,
      }),
    getNextPageParam: (page) => page.result_info.cursors.after,
  });
  const rows = entries.data?.pages.flatMap(({ result }) => result);
  return (
    <Page title="Audit log" lead="Everything that was changed in this account: by whom, from where, and when.">
      <section className="panel" aria-label="Entries">
        {resource !== '' && (
          <div className="row">
            <span>
              About <code>{resource}</code> alone
            </span>
            <button type="button" className="button button-small" onClick={() => setResource('')}>
              Show all
            </button>
          </div>
        )}
        <ProblemNotice error={entries.error} />
        {rows === undefined ? (
          entries.error === null && <LoadingLines lines={8} />
        ) : rows.length === 0 ? (
          <EmptyState title="Nothing has been changed yet" />
        ) : (
          <EntryTable entries={rows} onFilter={setResource} />
        )}
        {entries.hasNextPage && (
          <div>
            <button
              type="button"
              className="button"
              disabled={entries.isFetchingNextPage}
              onClick={() => void entries.fetchNextPage()}
            >
              Show older entries
            </button>
          </div>
        )}
      </section>
    </Page>
  );
}

interface EntryTableProps {
  readonly entries: readonly Entry[];
  readonly onFilter: (resourceId: string) => void;
}

function EntryTable({ entries, onFilter }: EntryTableProps) {
  return (
    <div className="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Who</th>
            <th scope="col">About</th>
            <th scope="col">With</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <EntryRow key={entry.id} entry={entry} onFilter={onFilter} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface EntryRowProps {
  readonly entry: Entry;
  readonly onFilter: (resourceId: string) => void;
}

function EntryRow({ entry, onFilter }: EntryRowProps) {
  const { actor, action, resource, metadata } = entry;
  const details = Object.entries(metadata);
  return (
    <tr>
      <td>
        <Moment at={entry.when} />
      </td>
      <td>{action.type.replaceAll('_', ' ')}</td>
      <td>
        <bdi>{actor.name ?? ACTORS[actor.type]}</bdi>
        {actor.ip !== undefined && <div className="small soft">{actor.ip}</div>}
      </td>
      <td>
        {resource.type.replaceAll('_', ' ')}{' '}
        <button type="button" className="button button-small button-quiet" onClick={() => onFilter(resource.id)}>
          <code>{resource.id.length > 12 ? `${resource.id.slice(0, 8)}…` : resource.id}</code>
          <span className="visually-hidden">: show entries about it alone</span>
        </button>
      </td>
      <td className="small soft">
        {details.map(([name, value]) => (
          <div key={name}>
            {name.replaceAll('_', ' ')}: <bdi>{typeof value === 'string' ? value : JSON.stringify(value)}</bdi>
          </div>
        ))}
      </td>
    </tr>
  );
}
