// `npm test`, or `npm test -- unit`, `npm test -- src/stun`, `npm test -- test/fault/kill.test.ts`.
// TEST_TIMEOUT_SECONDS changes how long one file may take; SIMULATION_SECONDS comes on top of it.

import { root } from './bootstrap/root.mjs';
import { findMissingPackages } from './testing/find-missing-packages.ts';
import { stopRunningFiles } from './testing/run-file.ts';
import { type KindResult, runKind } from './testing/run-kind.ts';
import { type Selection, selectFiles } from './testing/select-files.ts';

const timeoutMs =
  (Number(process.env.TEST_TIMEOUT_SECONDS ?? '180') + Number(process.env.SIMULATION_SECONDS ?? '0')) * 1000;

process.on('SIGINT', () => stop(130));
process.on('SIGTERM', () => stop(143));

process.exitCode = await main(process.argv.slice(2));

function stop(exitCode: number): never {
  stopRunningFiles();
  process.exit(exitCode);
}

async function main(selectors: readonly string[]): Promise<number> {
  let selections: readonly Selection[];
  try {
    selections = selectFiles(root, selectors);
  } catch (error) {
    console.error(`taciturn: ${(error as Error).message}`);
    return 1;
  }
  const results: KindResult[] = [];
  const notRun: string[] = [];
  for (const selection of selections) {
    const missing = findMissingPackages(selection.kind);
    if (missing.length > 0) {
      notRun.push(`${selection.kind.name}: install what it needs with \`apt-get install ${missing.join(' ')}\``);
      console.log(`${selection.kind.name}: not run`);
    } else {
      results.push(await runKind(root, selection, timeoutMs));
    }
  }
  return conclude(results, notRun);
}

/** Prints what was not run and, last, how many tests passed and failed; gives the exit code. */
function conclude(results: readonly KindResult[], notRun: readonly string[]): number {
  const sum = (of: (result: KindResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const failed = sum((result) => result.failed);
  const skipped = sum((result) => result.skipped);
  for (const line of notRun) {
    console.log(`NOT RUN ${line}`);
  }
  if (skipped > 0) {
    console.log(`NOT RUN ${skipped} ${skipped === 1 ? 'test' : 'tests'} that skipped themselves`);
  }
  console.log(`${sum((result) => result.passed)} passed, ${failed} failed`);
  // Where nobody reads the output, what was not run must not look like success.
  const isIncomplete = process.env.CI === 'true' && (notRun.length > 0 || skipped > 0);
  return failed > 0 || results.length === 0 || isIncomplete ? 1 : 0;
}
