import type { BenchRow, ContenderName } from './bench-row.ts';
import type { Figures } from './figures.ts';
import type { LoadGenerator } from './load-generator.ts';
import { medianFigures } from './median.ts';
import type { RunningServer, ServerSettings } from './running-server.ts';

/** More than this of a core used by others spoils a round; it is repeated, so often at most. */
export const OTHERS_CPU_PERCENT_MAX = 5;
const REPEATS_MAX = 2;

/** How each round is made. */
export interface RowConditions {
  readonly rounds: number;
  readonly seconds: number;
  /** Before the first round, each server is under load for so long, that it need not be fast from a cold start. */
  readonly warmUpSeconds: number;
  readonly serverCores: string;
  readonly generatorCores: string;
  readonly generator: LoadGenerator;
}

export type StartServer = (name: ContenderName, settings: ServerSettings) => Promise<RunningServer>;

/** What was measured of one row. */
export interface RowMeasurement {
  readonly contenders: Readonly<Partial<Record<ContenderName, string>>>;
  readonly rounds: Readonly<Partial<Record<ContenderName, readonly Figures[]>>>;
  readonly medians: Readonly<Partial<Record<ContenderName, Figures>>>;
}

/**
 * Measures the contenders in turn, A B A B, so that what changes on the machine meanwhile meets all of them. Their servers
 * run side by side, and those whose turn it is not are idle.
 */
export async function runRow(
  row: BenchRow,
  contenders: readonly ContenderName[],
  conditions: RowConditions,
  start: StartServer,
): Promise<RowMeasurement> {
  const servers = new Map<ContenderName, RunningServer>();
  const rounds = new Map<ContenderName, Figures[]>(contenders.map((name) => [name, []]));
  const descriptions = new Map<ContenderName, string>();
  const { seconds, serverCores, generatorCores, generator } = conditions;
  const settings = { workers: row.workers, cores: serverCores };
  /** On the server that runs through all rounds, or on one that is new. */
  const measure = async (name: ContenderName): Promise<Figures> => {
    const server = servers.get(name) ?? (await start(name, settings));
    descriptions.set(name, server.description);
    try {
      return await generator.measure(server, row.plan, { seconds, cores: generatorCores });
    } finally {
      await (servers.has(name) ? undefined : server.stop());
    }
  };
  try {
    for (const name of contenders.filter((contender) => !isFresh(row, contender))) {
      const server = await start(name, settings);
      servers.set(name, server);
      await warmUp(server, row, conditions);
    }
    for (let round = 0; round < conditions.rounds; round += 1) {
      for (const name of contenders) {
        rounds.get(name)?.push(await measureQuietly(row, () => measure(name)));
      }
    }
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
  return {
    contenders: Object.fromEntries(descriptions),
    rounds: Object.fromEntries(rounds),
    medians: Object.fromEntries([...rounds].map(([name, figures]) => [name, medianFigures(figures)])),
  };
}

/** The forwarder never forgets a client, and takes no more than some thousands: it has to be new each time. */
function isFresh(row: BenchRow, contender: ContenderName): boolean {
  return row.isFresh || contender === 'floor';
}

async function warmUp(server: RunningServer, row: BenchRow, conditions: RowConditions): Promise<void> {
  const { warmUpSeconds: seconds, generatorCores: cores, generator } = conditions;
  if (seconds > 0) {
    // A search takes many probes; the same load without one warms the same code.
    const plan =
      row.plan.kind === 'traffic' && row.plan.pace.kind === 'search'
        ? { ...row.plan, pace: { kind: 'window', packets: 64 } as const }
        : row.plan;
    await generator.measure(server, plan, { seconds, cores });
  }
}

/** One round; where others disturbed it, the least disturbed of some. */
async function measureQuietly(row: BenchRow, measure: () => Promise<Figures>): Promise<Figures> {
  let best = await measure();
  // Memory does not depend on who else runs.
  const repeatsMax = row.plan.kind === 'memory' ? 0 : REPEATS_MAX;
  for (let repeat = 0; repeat < repeatsMax && othersCpuOf(best) > OTHERS_CPU_PERCENT_MAX; repeat += 1) {
    const again = await measure();
    best = othersCpuOf(again) < othersCpuOf(best) ? again : best;
  }
  return best;
}

function othersCpuOf(figures: Figures): number {
  return figures.othersCpuPercent ?? 0;
}
