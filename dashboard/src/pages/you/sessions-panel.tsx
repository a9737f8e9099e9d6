import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { fillPath, send } from '../../api/client.ts';
import { SESSION_KEY } from '../../api/session.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';

interface ListedSession {
  readonly id: string;
  readonly created_on: string;
  readonly last_used_on: string;
  readonly client_address: string;
  readonly user_agent: string;
  readonly current: boolean;
}

const SESSIONS_KEY = ['sessions'] as const;

/** Where the person is signed in. */
export function SessionsPanel() {
  const client = useQueryClient();
  const sessions = useQuery({
    queryKey: SESSIONS_KEY,
    queryFn: async () => ((await send('get', '/sessions')) as { result: readonly ListedSession[] }).result,
  });
  const end = useMutation({
    mutationFn: (id: string) => send('delete', fillPath('/sessions/{id}', { id })),
    onSuccess: () => client.invalidateQueries({ queryKey: SESSIONS_KEY }),
  });
  const endAll = useMutation({
    mutationFn: () => send('delete', '/sessions'),
    onSuccess: () => client.resetQueries({ queryKey: SESSION_KEY }),
  });
  return (
    <Panel
      title="Signed in"
      actions={
        <button
          type="button"
          className="button button-small button-danger"
          disabled={endAll.isPending}
          onClick={() => endAll.mutate()}
        >
          Sign out everywhere
        </button>
      }
    >
      <ProblemNotice error={end.error ?? endAll.error} />
      <Loaded query={sessions}>
        {(items) => (
          <div className="table-frame">
            <table>
              <thead>
                <tr>
                  <th scope="col">With</th>
                  <th scope="col">From</th>
                  <th scope="col">Last used</th>
                  <th scope="col">
                    <span className="visually-hidden">Sign out</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((session) => (
                  <SessionRow key={session.id} session={session} isBusy={end.isPending} onEnd={end.mutate} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

interface SessionRowProps {
  readonly session: ListedSession;
  readonly isBusy: boolean;
  readonly onEnd: (id: string) => void;
}

function SessionRow({ session, isBusy, onEnd }: SessionRowProps) {
  return (
    <tr>
      <td>
        <bdi className="small">{session.user_agent}</bdi>{' '}
        {session.current && <span className="badge badge-good">this one</span>}
      </td>
      <td>{session.client_address}</td>
      <td>
        <Moment at={session.last_used_on} />
      </td>
      <td className="number">
        {!session.current && (
          <button type="button" className="button button-small" disabled={isBusy} onClick={() => onEnd(session.id)}>
            Sign out
          </button>
        )}
      </td>
    </tr>
  );
}
