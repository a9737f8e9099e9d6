import { join } from 'node:path';
import { root } from '../../scripts/bootstrap/root.mjs';
import { PinnedProcess } from '../compare/pinned-process.ts';
import type { RunningTaciturn } from '../compare/start-taciturn.ts';

/** What is sent to the relay meanwhile: both ways together, over so many allocations. A late generator skips some, so that 5,000 arrive. */
export const BACKGROUND = { packetsPerSecond: 6_000, allocations: 100, sizeBytes: 160 } as const;

/** The generator waits for the moment of each packet by spinning, and would take half a core from whoever shares it. */
const POLITE = ['nice', '-n', '10'];

export interface RelayFigures {
  readonly deliveredPerSecond: number;
  readonly lossPercent: number;
  readonly errors: number;
}

/** Has `taciturn load` send for so long, and tells what came of it. */
export async function loadRelay(server: RunningTaciturn, cores: string, seconds: number): Promise<RelayFigures> {
  const command = [
    ...POLITE,
    ...[process.execPath, join(root, 'src/cli/main.ts'), 'load', `turn:127.0.0.1:${server.port}?transport=udp`],
    ...['--json', '--mode', 'channel', '--direction', 'both', '--seconds', String(seconds), '--warmup', '0'],
    ...['--allocations', String(BACKGROUND.allocations), '--size', String(BACKGROUND.sizeBytes)],
    ...['--rate', String(BACKGROUND.packetsPerSecond)],
  ];
  const environment = { TACITURN_LOAD_USER: server.username, TACITURN_LOAD_PASSWORD: server.password };
  const child = new PinnedProcess(command, { cores, environment });
  const exitCode = await child.exitCode();
  if (exitCode !== 0) {
    throw new Error(`\`taciturn load\` ended with ${exitCode}. What it said last:\n${child.lastLines}`);
  }
  const report = JSON.parse(child.stdout) as {
    readonly deliveredPerSecond: number;
    readonly lossPercent: number;
    readonly errors?: Readonly<Record<string, number>>;
  };
  const { deliveredPerSecond, lossPercent, errors = {} } = report;
  return { deliveredPerSecond, lossPercent, errors: Object.values(errors).reduce((sum, count) => sum + count, 0) };
}
