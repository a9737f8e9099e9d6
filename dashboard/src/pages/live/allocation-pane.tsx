import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { callApi } from '../../api/client.ts';
import { useRevokeCredential } from '../../api/credentials.ts';
import { formatBitRate } from '../../text/format-bit-rate.ts';
import { formatBytes } from '../../text/format-bytes.ts';
import { formatCount } from '../../text/format-count.ts';
import { Modal } from '../../ui/modal.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import type { LiveAllocation } from './live-allocation.ts';

const ALLOCATION = '/client/v4/accounts/{accountId}/calls/turn_allocations/{allocationId}';

interface AllocationPaneProps {
  readonly accountId: string;
  readonly allocationId: string | undefined;
  /** As the stream has it; undefined when it has ended. */
  readonly live: LiveAllocation | undefined;
  readonly mayWrite: boolean;
  readonly onClose: () => void;
}

/** One allocation in full, and what can be done to it. */
export function AllocationPane({ accountId, allocationId, live, mayWrite, onClose }: AllocationPaneProps) {
  return (
    <Modal title="Allocation" isOpen={allocationId !== undefined} onClose={onClose}>
      {live === undefined ? (
        <p>This allocation has ended.</p>
      ) : (
        <>
          <Facts live={live} />
          <Peers accountId={accountId} allocationId={live.id} />
          {mayWrite && <Actions accountId={accountId} live={live} />}
        </>
      )}
      <div>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Modal>
  );
}

function Facts({ live }: { readonly live: LiveAllocation }) {
  return (
    <dl className="facts">
      <dt>Identifier</dt>
      <dd>
        {live.custom_identifier === '' ? <span className="soft">none</span> : <bdi>{live.custom_identifier}</bdi>}
      </dd>
      <dt>Client</dt>
      <dd>
        <code>{live.client_address}</code> over {live.transport.toUpperCase()}
      </dd>
      <dt>Relayed address</dt>
      <dd>
        <code>{live.relay_addresses.join(', ')}</code>
      </dd>
      <dt>Egress</dt>
      <dd>
        {formatBitRate(live.egress_bits_per_second)}, {formatCount(live.egress_packets_per_second)} packets/s;{' '}
        {formatBytes(live.egress_bytes)} in all
      </dd>
      <dt>Ingress</dt>
      <dd>
        {formatBitRate(live.ingress_bits_per_second)}, {formatCount(live.ingress_packets_per_second)} packets/s;{' '}
        {formatBytes(live.ingress_bytes)} in all
      </dd>
      <dt>Began</dt>
      <dd>
        <Moment at={live.started_on} />
      </dd>
      <dt>Ends unless refreshed</dt>
      <dd>
        <Moment at={live.expires_on} />
      </dd>
      <dt>Credential expires</dt>
      <dd>
        <Moment at={live.credential_expires_on} />
      </dd>
    </dl>
  );
}

function Peers({ accountId, allocationId }: { readonly accountId: string; readonly allocationId: string }) {
  const detail = useQuery({
    queryKey: ['allocation', accountId, allocationId],
    queryFn: async ({ signal }) =>
      (await callApi('get', ALLOCATION, { params: { accountId, allocationId }, signal })).result,
    refetchInterval: 5_000,
  });
  const { permissions = [], channels = [] } = detail.data ?? {};
  return (
    <div className="stack">
      <h3>Peers</h3>
      {permissions.length + channels.length === 0 ? (
        <p className="soft">It has no permission for any peer{detail.isPending ? ', as far as is known' : ''}.</p>
      ) : (
        <table>
          <tbody>
            {permissions.map(({ peer, expires_on: expiresOn }) => (
              <tr key={peer}>
                <td>
                  <code>{peer}</code>
                </td>
                <td className="soft">permission until</td>
                <td>
                  <Moment at={expiresOn} />
                </td>
              </tr>
            ))}
            {channels.map(({ number, peer, expires_on: expiresOn }) => (
              <tr key={number}>
                <td>
                  <code>{peer}</code>
                </td>
                <td className="soft">channel 0x{number.toString(16)} until</td>
                <td>
                  <Moment at={expiresOn} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function Actions({ accountId, live }: { readonly accountId: string; readonly live: LiveAllocation }) {
  const [asked, setAsked] = useState<'end' | 'revoke'>();
  const end = useMutation({
    mutationFn: () => callApi('delete', ALLOCATION, { params: { accountId, allocationId: live.id } }),
  });
  const revoke = useRevokeCredential(accountId, live.key_uid);
  if (asked === undefined) {
    return (
      <div className="row">
        <button type="button" className="button button-danger" onClick={() => setAsked('end')}>
          End it
        </button>
        <button type="button" className="button button-danger" onClick={() => setAsked('revoke')}>
          Revoke the credential
        </button>
      </div>
    );
  }
  return (
    <div className="notice notice-warn">
      <p>
        {asked === 'end'
          ? 'This allocation ends now. The client may make another with the same credential.'
          : 'The credential is refused from now on, and every allocation that was made with it ends.'}
      </p>
      <ProblemNotice error={end.error ?? revoke.error} />
      <div className="row">
        <button
          type="button"
          className="button button-main button-danger"
          disabled={end.isPending || revoke.isPending}
          onClick={() => (asked === 'end' ? end.mutate() : revoke.mutate({ username: live.username }))}
        >
          {asked === 'end' ? 'End the allocation' : 'Revoke now'}
        </button>
        <button type="button" className="button" onClick={() => setAsked(undefined)}>
          Cancel
        </button>
      </div>
    </div>
  );
}
