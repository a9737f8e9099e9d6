import { useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useKeys } from '../../api/keys.ts';
import { hasRole } from '../../api/session.ts';
import { useSignedIn } from '../../app/signed-in.tsx';
import { formatBitRate } from '../../text/format-bit-rate.ts';
import { formatCount } from '../../text/format-count.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Figure } from '../../ui/figure.tsx';
import { LoadingLines } from '../../ui/loading-lines.tsx';
import { Page } from '../../ui/page.tsx';
import { AllocationPane } from './allocation-pane.tsx';
import { AllocationTable } from './allocation-table.tsx';
import { filterAllocations } from './filter-allocations.ts';
import { type Sorting, sortAllocations } from './sort-allocations.ts';
import { useLiveAllocations } from './use-live-allocations.ts';
import './live.css';

/** What is relayed at this moment, allocation by allocation. */
export function LivePage() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId/live' });
  const mayWrite = hasRole(useSignedIn(), accountId, 'operator');
  const live = useLiveAllocations(accountId);
  const keys = useKeys(accountId);
  const [text, setText] = useState('');
  const [sorting, setSorting] = useState<Sorting>({ by: 'started_on', isDescending: true });
  const [chosenId, setChosenId] = useState<string>();
  const names = useMemo(() => new Map(keys.data?.map(({ uid, name }) => [uid, name] as const)), [keys.data]);
  const rows = useMemo(
    () => sortAllocations(filterAllocations(live.allocations, text, names), sorting, names),
    [live.allocations, text, sorting, names],
  );
  const chosen = live.allocations.find(({ id }) => id === chosenId);
  return (
    <Page
      title="Live allocations"
      lead="Each is a client's place on the relay. The table follows what happens, each second."
    >
      {live.missingWorkers.length > 0 && (
        <div className="notice notice-warn" role="status">
          <p>
            {live.missingWorkers.length === 1 ? 'A worker does not answer' : 'Some workers do not answer'}; what they
            relay is shown as it was.
          </p>
        </div>
      )}
      <section className="panel" aria-label="Live allocations">
        <Totals allocations={live.allocations} />
        <div className="field live-filter">
          <label htmlFor="live-filter">Filter</label>
          <input
            id="live-filter"
            type="search"
            className="input"
            placeholder="Address, identifier, username, key, transport"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        {live.state === 'connecting' ? (
          <LoadingLines lines={8} />
        ) : live.allocations.length === 0 ? (
          <EmptyState title="Nothing is relayed now">
            <p className="soft">An allocation appears here within a second of its beginning.</p>
          </EmptyState>
        ) : (
          <AllocationTable
            rows={rows}
            names={names}
            sorting={sorting}
            onSort={setSorting}
            chosenId={chosenId}
            onChoose={setChosenId}
          />
        )}
      </section>
      <AllocationPane
        accountId={accountId}
        allocationId={chosenId}
        live={chosen}
        mayWrite={mayWrite}
        onClose={() => setChosenId(undefined)}
      />
    </Page>
  );
}

function Totals({ allocations }: { readonly allocations: ReturnType<typeof useLiveAllocations>['allocations'] }) {
  const sum = (of: (one: (typeof allocations)[number]) => number): number =>
    allocations.reduce((total, one) => total + of(one), 0);
  return (
    <dl className="figures">
      <Figure name="Allocations" value={formatCount(allocations.length)} />
      <Figure name="Egress" value={formatBitRate(sum((one) => one.egress_bits_per_second))} />
      <Figure name="Ingress" value={formatBitRate(sum((one) => one.ingress_bits_per_second))} />
    </dl>
  );
}
