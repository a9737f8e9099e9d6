import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { callApi, type ResultOf } from '../../api/client.ts';
import { ConfirmModal } from '../../ui/confirm-modal.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { NewToken } from './new-token.tsx';

const TOKENS = '/client/v4/accounts/{accountId}/tokens';

type Token = ResultOf<typeof TOKENS, 'get'>[number];

/** The tokens with which programs manage an account. */
export function TokensPage() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId/tokens' });
  const client = useQueryClient();
  const queryKey = ['tokens', accountId];
  const [doomed, setDoomed] = useState<Token>();
  const tokens = useQuery({
    queryKey,
    queryFn: async ({ signal }) =>
      (await callApi('get', TOKENS, { params: { accountId }, query: { per_page: 1000 }, signal })).result,
  });
  const remove = useMutation({
    mutationFn: (tokenId: string) => callApi('delete', `${TOKENS}/{tokenId}`, { params: { accountId, tokenId } }),
    onSuccess: () => {
      setDoomed(undefined);
      return client.invalidateQueries({ queryKey });
    },
  });
  return (
    <Page
      title="API tokens"
      lead="What a program of yours needs to do what this dashboard does."
      actions={<NewToken accountId={accountId} onMade={() => client.invalidateQueries({ queryKey })} />}
    >
      <section className="panel" aria-label="Tokens">
        <Loaded query={tokens}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState title="No token yet">
                <p className="soft">A token may do as little as its program needs, and can be deleted at any time.</p>
              </EmptyState>
            ) : (
              <TokenTable tokens={items} onDelete={setDoomed} />
            )
          }
        </Loaded>
      </section>
      <ConfirmModal
        title={`Delete ${doomed?.name ?? ''}?`}
        action="Delete the token"
        isOpen={doomed !== undefined}
        isBusy={remove.isPending}
        error={remove.error}
        onClose={() => setDoomed(undefined)}
        onConfirm={() => doomed !== undefined && remove.mutate(doomed.id)}
      >
        <p>Whatever uses it is refused from now on. This cannot be undone.</p>
      </ConfirmModal>
    </Page>
  );
}

interface TokenTableProps {
  readonly tokens: readonly Token[];
  readonly onDelete: (token: Token) => void;
}

function TokenTable({ tokens, onDelete }: TokenTableProps) {
  return (
    <div className="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">May</th>
            <th scope="col">Last used</th>
            <th scope="col">Expires</th>
            <th scope="col">
              <span className="visually-hidden">Delete</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <td>
                <bdi>{token.name}</bdi>{' '}
                {token.status === 'expired' && <span className="badge badge-warn">expired</span>}
              </td>
              <td>{token.permissions.join(', ')}</td>
              <td>
                <Moment at={token.last_used_on} />
              </td>
              <td>
                <Moment at={token.expires_on} />
              </td>
              <td className="number">
                <button type="button" className="button button-small button-danger" onClick={() => onDelete(token)}>
                  Delete
                  <span className="visually-hidden">
                    {' '}
                    <bdi>{token.name}</bdi>
                  </span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
