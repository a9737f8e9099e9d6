import { Link } from '@tanstack/react-router';
import { useLiveAllocations } from '../live/use-live-allocations.ts';

interface FirstAllocationProps {
  readonly accountId: string;
  readonly keyUid: string;
}

/** Waits for the first allocation of a key, and says when it comes. */
export function FirstAllocation({ accountId, keyUid }: FirstAllocationProps) {
  const { allocations, state } = useLiveAllocations(accountId, { keyUid });
  const [first] = allocations;
  if (first === undefined) {
    return (
      <div className="notice" role="status">
        <p>
          <strong>{state === 'open' ? 'Waiting for the first allocation…' : 'Connecting to the live view…'}</strong>
        </p>
        <p className="soft">
          Give the credential to a WebRTC client, or let this very browser try every path on{' '}
          <Link to="/accounts/$accountId/connection-test" params={{ accountId }} search={{ key: keyUid }}>
            the connection test
          </Link>
          .
        </p>
      </div>
    );
  }
  return (
    <div className="notice notice-good" role="status">
      <p>
        <strong>It works.</strong> An allocation came over {first.transport.toUpperCase()} from{' '}
        <bdi>{first.client_address}</bdi>.
      </p>
      <p>
        <Link to="/accounts/$accountId/live" params={{ accountId }}>
          See what is live
        </Link>
      </p>
    </div>
  );
}
