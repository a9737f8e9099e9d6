import { ConfigError } from '../config/config-problem.ts';
import { CliError } from './cli-error.ts';

/** The names of errors that are told by their message: it was written for the operator. */
const TOLD_ERRORS: ReadonlySet<string> = new Set([
  CliError.name,
  'BackupError',
  ConfigError.name,
  'InstallationError',
  'LoadError',
  'StoreError',
  'StartError',
]);

/** A failure in words; of an unexpected one also its stack, since that is a bug to report. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return TOLD_ERRORS.has(error.name) ? error.message : `an unexpected failure: ${error.stack ?? error.message}`;
}
