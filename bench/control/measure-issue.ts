import { join } from 'node:path';
import { root } from '../../scripts/bootstrap/root.mjs';
import { PinnedProcess } from '../compare/pinned-process.ts';
import type { RunningTaciturn } from '../compare/start-taciturn.ts';

const AUTOCANNON = join(root, 'node_modules/autocannon/autocannon.js');

export interface IssueOptions {
  readonly cores: string;
  readonly seconds: number;
  readonly connections: number;
  /** Requests a second in all; as many as are answered, where none is given. */
  readonly ratePerSecond?: number;
}

export interface IssueFigures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Has credentials issued by `generate-ice-servers`, over connections that are kept; each asks when it was answered. */
export async function measureIssue(server: RunningTaciturn, options: IssueOptions): Promise<IssueFigures> {
  const { connections, seconds, ratePerSecond } = options;
  const command = [
    ...[process.execPath, AUTOCANNON, '--json', '--no-progress', '--method', 'POST'],
    ...['--connections', String(connections), '--duration', String(seconds)],
    ...['--headers', `authorization=Bearer ${server.keyToken}`],
    ...['--headers', 'content-type=application/json', '--body', '{"ttl":86400}'],
    ...(ratePerSecond === undefined ? [] : ['--overallRate', String(ratePerSecond)]),
    `${server.url}/v1/turn/keys/${server.keyUid}/credentials/generate-ice-servers`,
  ];
  const child = new PinnedProcess(command, { cores: options.cores });
  const exitCode = await child.exitCode();
  if (exitCode !== 0) {
    throw new Error(`autocannon ended with ${exitCode}. What it said last:\n${child.lastLines}`);
  }
  return readReport(child.stdout);
}

/** Of autocannon's report. @throws {Error} when a request failed: figures of refusals are none. */
function readReport(text: string): IssueFigures {
  const report = JSON.parse(text) as {
    readonly requests: { readonly average: number };
    readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
    readonly errors: number;
    readonly non2xx: number;
  };
  const failed = report.errors + report.non2xx;
  if (failed > 0) {
    throw new Error(`${failed} requests for a credential failed.`);
  }
  const { p50, p99, max } = report.latency;
  return { perSecond: report.requests.average, p50Ms: p50, p99Ms: p99, maxMs: max };
}
