import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { formatBitRate } from '../../text/format-bit-rate.ts';
import { formatBytes } from '../../text/format-bytes.ts';
import { Moment } from '../../ui/moment.tsx';
import type { LiveAllocation } from './live-allocation.ts';
import type { SortColumn, Sorting } from './sort-allocations.ts';

const ROW_PIXELS = 38;
const ROWS_AROUND = 12;

const COLUMNS: readonly (readonly [SortColumn, string, boolean])[] = [
  ['custom_identifier', 'Identifier', false],
  ['key_uid', 'Key', false],
  ['transport', 'Over', false],
  ['client_address', 'Client', false],
  ['peer_count', 'Peers', true],
  ['egress_bits_per_second', 'Egress', true],
  ['ingress_bits_per_second', 'Ingress', true],
  ['egress_bytes', 'Sent', true],
  ['started_on', 'Since', false],
];

interface AllocationTableProps {
  readonly rows: readonly LiveAllocation[];
  readonly names: ReadonlyMap<string, string>;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
  readonly chosenId: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** A table of any length, of which only the rows in view are made. */
export function AllocationTable({ rows, names, sorting, onSort, chosenId, onChoose }: AllocationTableProps) {
  const frame = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PIXELS,
    overscan: ROWS_AROUND,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys.
    <section ref={frame} className="live-frame" tabIndex={0} aria-label="Table of live allocations">
      {/* biome-ignore lint/a11y/useSemanticElements: rows that are placed by hand are no rows of a table's layout. */}
      <div role="table" aria-label="Live allocations" aria-rowcount={rows.length + 1} className="live-table">
        {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
        <div role="rowgroup" className="live-head">
          {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: a row of a table that is no grid takes no focus. */}
          <div role="row" aria-rowindex={1} className="live-row">
            {COLUMNS.map(([by, name, isNumber]) => (
              <ColumnHead key={by} by={by} name={name} isNumber={isNumber} sorting={sorting} onSort={onSort} />
            ))}
          </div>
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
        <div role="rowgroup" className="live-body" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            return row === undefined ? null : (
              // biome-ignore lint/a11y/useSemanticElements: as above.
              // biome-ignore lint/a11y/useFocusableInteractive: the button in its first cell takes the focus.
              <div
                key={row.id}
                role="row"
                aria-rowindex={index + 2}
                className="live-row"
                data-chosen={row.id === chosenId}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Cells row={row} keyName={names.get(row.key_uid)} onChoose={onChoose} />
              </div>
            );
          })}
        </div>
      </div>
    </section>
  );
}

interface ColumnHeadProps extends Pick<AllocationTableProps, 'sorting' | 'onSort'> {
  readonly by: SortColumn;
  readonly name: string;
  readonly isNumber: boolean;
}

function ColumnHead({ by, name, isNumber, sorting, onSort }: ColumnHeadProps) {
  const isSorted = sorting.by === by;
  const direction = sorting.isDescending ? 'descending' : 'ascending';
  return (
    // biome-ignore lint/a11y/useSemanticElements: as the table.
    // biome-ignore lint/a11y/useFocusableInteractive: the button in it takes the focus.
    <div role="columnheader" aria-sort={isSorted ? direction : 'none'} className={isNumber ? 'number' : undefined}>
      <button
        type="button"
        className="live-sort"
        onClick={() => onSort({ by, isDescending: isSorted ? !sorting.isDescending : isNumber })}
      >
        {name}
        <span aria-hidden="true">{isSorted ? (sorting.isDescending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </div>
  );
}

interface CellsProps {
  readonly row: LiveAllocation;
  readonly keyName: string | undefined;
  readonly onChoose: (id: string) => void;
}

function Cells({ row, keyName, onChoose }: CellsProps) {
  const cells: readonly (readonly [string, React.ReactNode, boolean])[] = [
    [
      'identifier',
      <button key="open" type="button" className="live-open" onClick={() => onChoose(row.id)}>
        {row.custom_identifier === '' ? <span className="soft">none</span> : <bdi>{row.custom_identifier}</bdi>}
      </button>,
      false,
    ],
    ['key', <bdi key="key">{keyName === undefined || keyName === '' ? row.key_uid.slice(0, 8) : keyName}</bdi>, false],
    ['transport', row.transport.toUpperCase(), false],
    ['client', row.client_address, false],
    ['peers', row.peer_count, true],
    ['egress', formatBitRate(row.egress_bits_per_second), true],
    ['ingress', formatBitRate(row.ingress_bits_per_second), true],
    ['sent', formatBytes(row.egress_bytes), true],
    ['since', <Moment key="since" at={row.started_on} />, false],
  ];
  return cells.map(([name, content, isNumber]) => (
    // biome-ignore lint/a11y/useSemanticElements: as the table.
    <div key={name} role="cell" className={isNumber ? 'number' : undefined}>
      {content}
    </div>
  ));
}
