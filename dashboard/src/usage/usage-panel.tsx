import { useState } from 'react';
import { useUsage } from '../api/usage.ts';
import { formatBitRate } from '../text/format-bit-rate.ts';
import { formatBytes } from '../text/format-bytes.ts';
import { formatCount } from '../text/format-count.ts';
import { Figure } from '../ui/figure.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { TimeChart } from '../ui/time-chart.tsx';
import { formatChange } from './format-change.ts';
import { spreadGroups } from './spread-groups.ts';
import { boundRange, USAGE_RANGES, type UsageRangeName } from './usage-range.ts';
import { useNow } from './use-now.ts';

const RANGES = Object.entries(USAGE_RANGES).map(([name, range]) => [name as UsageRangeName, range.name] as const);
const REFRESH_SECONDS = 10;

interface UsagePanelProps {
  readonly accountId: string;
  readonly keyUid?: string;
}

/** Usage over time of an account or a key, beside that of as long a time before. */
export function UsagePanel({ accountId, keyUid }: UsagePanelProps) {
  const [name, setName] = useState<UsageRangeName>('24h');
  const range = USAGE_RANGES[name];
  const bounds = boundRange(range, useNow(REFRESH_SECONDS));
  const boundsBefore = { from: bounds.from - range.seconds, to: bounds.from };
  const common = { accountId, keyUid, by: [range.dimension], orderBy: `${range.dimension}_ASC` };
  const usage = useUsage({ ...common, ...bounds });
  const before = useUsage({ ...common, ...boundsBefore });
  return (
    <Panel title="Relayed" actions={<Segmented label="Time range" value={name} choices={RANGES} onChange={setName} />}>
      <Loaded query={usage} lines={6}>
        {(groups) => {
          const points = spreadGroups(groups, range, bounds);
          const earlier = spreadGroups(before.data ?? [], range, boundsBefore);
          return (
            <>
              <dl className="figures">
                <Figure
                  name="Egress, to clients"
                  value={formatBytes(points.egressBytes)}
                  note={formatChange(points.egressBytes, earlier.egressBytes)}
                />
                <Figure
                  name="Ingress, from clients"
                  value={formatBytes(points.ingressBytes)}
                  note={formatChange(points.ingressBytes, earlier.ingressBytes)}
                />
                <Figure
                  name="Allocations"
                  value={formatCount(points.allocations)}
                  note={formatChange(points.allocations, earlier.allocations)}
                />
              </dl>
              <TimeChart
                title={`Bits relayed in a second, the last ${range.name}`}
                times={points.times}
                series={[
                  { name: `The last ${range.name}`, color: '--accent', values: points.bitRates },
                  {
                    name: `The ${range.name} before`,
                    color: '--chart-second',
                    values: earlier.bitRates,
                    isDashed: true,
                  },
                ]}
                format={formatBitRate}
              />
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
