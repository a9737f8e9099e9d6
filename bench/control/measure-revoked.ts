import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProcessUsage } from '../../src/load/process-usage.ts';
import type { BenchCertificate } from '../compare/bench-certificate.ts';
import type { LoadPlan } from '../compare/load-plan.ts';
import { createOwnGenerator } from '../compare/own-generator.ts';
import { type RunningTaciturn, startTaciturn } from '../compare/start-taciturn.ts';
import { fillRevocations } from './fill-revocations.ts';
import { measureIssue } from './measure-issue.ts';

/** HTTP that both have served when their memory is read: a start leaves garbage, which is collected when there is something to do. */
const SERVED = { seconds: 4, connections: 32 } as const;

const CHANNEL_DATA: LoadPlan = {
  kind: 'traffic',
  transport: 'udp',
  direction: 'up',
  allocations: 100,
  sizeBytes: 160,
  pace: { kind: 'window', packets: 64 },
};
const CYCLES: LoadPlan = { kind: 'cycles', inFlight: 16 };

export interface RevokedOptions {
  readonly workers: number;
  readonly cores: string;
  readonly generatorCores: string;
  readonly seconds: number;
  readonly count: number;
}

/** Of a service that knows of so many revoked usernames. */
export interface RevokedFigures {
  readonly count: number;
  readonly startMs: number;
  readonly residentMib: number;
  readonly channelDataUs: number;
  readonly allocateCyclesPerSecond: number;
}

/** The same service twice on the same data: with no revoked username, and with many. */
export async function measureRevoked(
  certificate: BenchCertificate,
  options: RevokedOptions,
): Promise<readonly [RevokedFigures, RevokedFigures]> {
  const data = mkdtempSync(join(tmpdir(), 'taciturn-bench-revoked-'));
  try {
    const { figures: without, keyUid } = await measureStart(certificate, data, 0, options);
    fillRevocations(data, keyUid, options.count);
    const { figures } = await measureStart(certificate, data, options.count, options);
    return [without, figures];
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function measureStart(
  certificate: BenchCertificate,
  data: string,
  count: number,
  options: RevokedOptions,
): Promise<{ readonly figures: RevokedFigures; readonly keyUid: string }> {
  const startedAt = performance.now();
  const server = await startTaciturn(options, certificate, { data });
  const startMs = performance.now() - startedAt;
  try {
    const { cpuUsPerPacket = 0 } = await load(server, CHANNEL_DATA, options);
    const { allocationsPerSecond = 0 } = await load(server, CYCLES, options);
    await measureIssue(server, { cores: options.generatorCores, ...SERVED });
    const residentMib = (readProcessUsage(server.pid)?.residentBytes ?? 0) / 2 ** 20;
    const figures = {
      count,
      startMs,
      residentMib,
      channelDataUs: cpuUsPerPacket,
      allocateCyclesPerSecond: allocationsPerSecond,
    };
    return { figures, keyUid: server.keyUid };
  } finally {
    await server.stop();
  }
}

async function load(server: RunningTaciturn, plan: LoadPlan, { seconds, generatorCores }: RevokedOptions) {
  const generator = createOwnGenerator();
  await generator.measure(server, plan, { seconds: 1, cores: generatorCores });
  return generator.measure(server, plan, { seconds, cores: generatorCores });
}
