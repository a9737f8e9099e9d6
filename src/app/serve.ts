import type { ResolvedConfig } from '../config/resolve-config.ts';
import type { Config } from '../config/settings.ts';
import { createLogger, type Logger } from '../observe/logger.ts';
import { EndSignals } from './end-signals.ts';
import { renderStartBanner, renderStartJson } from './start-banner.ts';
import { type Service, startService } from './start-service.ts';

export interface ServeOptions {
  /** Report the start as JSON. */
  readonly json: boolean;
}

/**
 * Serves until SIGTERM or SIGINT. The first one makes the service not ready, and lets live allocations go on for the
 * configured time; a second one ends that; a third one ends the process as it is. SIGHUP reads the certificate again.
 * @throws {StartError | StoreError | InstallationError} when the service cannot start.
 */
export async function serve(resolved: ResolvedConfig, { json }: ServeOptions): Promise<void> {
  outliveReaders();
  const { config } = resolved;
  const log = openLog(config);
  endOnBug(log);
  const service = await startService(resolved, log);
  process.on('SIGHUP', () => void service.reloadCertificate());
  const signals = listenForEnd();
  await reportStart(service, json, log);
  await signals.first;
  logStop(service.allocationCount(), config.drainSeconds, log);
  await service.drain(AbortSignal.any([AbortSignal.timeout(config.drainSeconds * 1000), signals.second]));
  await service.stop();
  log.info({}, 'stopped');
}

/** Tells what a newcomer needs. Where nobody could read it, it is told again by the next start. */
async function reportStart(service: Service, json: boolean, log: Logger): Promise<void> {
  const text = json ? renderStartJson(service.report) : renderStartBanner(service.report);
  const failure = await new Promise<unknown>((resolve) => process.stdout.write(text, resolve));
  if (failure instanceof Error) {
    log.warn({ error: failure.message }, 'the report of the start could not be printed');
    return;
  }
  await service.complete().catch((error: Error) => {
    log.warn({ error: error.message }, 'the start could not be noted; the next one prints a new admin token');
  });
}

function logStop(allocations: number, drainSeconds: number, log: Logger): void {
  if (allocations === 0) {
    log.info({}, 'stopping: there are no live allocations');
  } else {
    log.info(
      { allocations, drainSeconds },
      'stopping: live allocations are served on for a while; a second signal stops now',
    );
  }
}

/** The log goes to standard error: standard output belongs to what the command prints. */
function openLog({ log: { level, format } }: Config): Logger {
  return createLogger({ level, format, write: (line) => process.stderr.write(line) });
}

/** Whoever read the output may be gone: that is no reason to stop relaying. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {});
  }
}

/** A bug ends the process: nobody knows what state it left. Whoever supervises the process starts it again. */
function endOnBug(log: Logger): void {
  process.on('uncaughtException', (error: unknown) => {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    log.error({ stack }, `an unexpected failure ends the service: ${message}`);
    process.exit(1);
  });
}

function listenForEnd(): EndSignals {
  const signals = new EndSignals({ now: () => performance.now(), onThird: () => process.exit(1) });
  process.on('SIGTERM', () => signals.hear());
  process.on('SIGINT', () => signals.hear());
  return signals;
}
