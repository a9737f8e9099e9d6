import { readMachineUsageUs, readOwnWaitUs } from './machine-usage.ts';
import { cpuUsBetween, type ProcessUsage, readProcessUsage } from './process-usage.ts';

/** What server, generator and the rest of the machine used while a meter ran. Percentages are of one core. */
export interface UsageFigures {
  readonly wallSeconds: number;
  readonly serverCpuUs: number | undefined;
  readonly serverCpuPercent: number | undefined;
  readonly serverWaitedPercent: number | undefined;
  readonly serverMemoryBytes: number | undefined;
  readonly generatorCpuPercent: number;
  readonly generatorWaitedPercent: number;
  /** Without a server's process, the server is among the others: then nothing is told. */
  readonly othersCpuPercent: number | undefined;
}

/** Reads CPU time at the start, and again at the end. */
export class UsageMeter {
  readonly #serverPid: number | undefined;
  readonly #startMs = performance.now();
  readonly #server: ProcessUsage | undefined;
  readonly #own = process.cpuUsage();
  readonly #ownWaitUs = readOwnWaitUs();
  readonly #machineUs = readMachineUsageUs();

  constructor(serverPid: number | undefined) {
    this.#serverPid = serverPid;
    this.#server = serverPid === undefined ? undefined : readProcessUsage(serverPid);
  }

  read(): UsageFigures {
    const server = this.#serverPid === undefined ? undefined : readProcessUsage(this.#serverPid);
    const machineUs = readMachineUsageUs();
    const own = process.cpuUsage(this.#own);
    const wallUs = (performance.now() - this.#startMs) * 1_000;
    const percent = (us: number): number => (100 * us) / wallUs;
    const ownUs = own.user + own.system;
    const before = this.#server;
    const serverUs = before === undefined || server === undefined ? undefined : cpuUsBetween(before, server);
    const othersUs =
      serverUs === undefined || machineUs === undefined || this.#machineUs === undefined
        ? undefined
        : Math.max(0, machineUs - this.#machineUs - serverUs - ownUs);
    return {
      wallSeconds: wallUs / 1_000_000,
      serverCpuUs: serverUs,
      serverCpuPercent: serverUs === undefined ? undefined : percent(serverUs),
      serverWaitedPercent:
        before === undefined || server === undefined
          ? undefined
          : percent(Math.max(0, server.waitedUs - before.waitedUs)),
      serverMemoryBytes: server?.residentBytes,
      generatorCpuPercent: percent(ownUs),
      generatorWaitedPercent: percent(readOwnWaitUs() - this.#ownWaitUs),
      othersCpuPercent: othersUs === undefined ? undefined : percent(othersUs),
    };
  }
}
