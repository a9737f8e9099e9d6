import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { callApi } from '../../api/client.ts';
import { useDeleteKey } from '../../api/keys.ts';
import { ConfirmModal } from '../../ui/confirm-modal.tsx';

const LISTED_MAX = 1_000;

interface DeleteKeyProps {
  readonly accountId: string;
  readonly keyUid: string;
  readonly name: string;
}

/** Deletes a key, after its name was typed, and says beforehand how many live allocations that ends. */
export function DeleteKey({ accountId, keyUid, name }: DeleteKeyProps) {
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const remove = useDeleteKey(accountId, keyUid);
  const live = useQuery({
    queryKey: ['live-count', accountId, keyUid],
    enabled: isOpen,
    queryFn: async ({ signal }) =>
      (
        await callApi('get', '/client/v4/accounts/{accountId}/calls/turn_allocations', {
          params: { accountId },
          query: { key_uid: keyUid, per_page: LISTED_MAX },
          signal,
        })
      ).result.length,
  });
  const count = live.data;
  return (
    <>
      <button type="button" className="button button-danger" onClick={() => setOpen(true)}>
        Delete
      </button>
      <ConfirmModal
        title={`Delete ${name}?`}
        action="Delete the key"
        typed={name}
        isOpen={isOpen}
        isBusy={remove.isPending}
        error={remove.error}
        onClose={() => setOpen(false)}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => navigate({ to: '/accounts/$accountId/keys', params: { accountId } }),
          })
        }
      >
        <p>
          Its token and all of its credentials end at once.{' '}
          <strong>
            {count === undefined
              ? 'Its live allocations are being counted.'
              : `${count === LISTED_MAX ? `${count} or more` : count} live ${count === 1 ? 'allocation ends' : 'allocations end'} with it.`}
          </strong>{' '}
          Its usage stays in the analytics. This cannot be undone.
        </p>
      </ConfirmModal>
    </>
  );
}
