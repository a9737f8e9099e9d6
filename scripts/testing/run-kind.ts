import { printFailures } from './print-failures.ts';
import { type FileResult, runFile } from './run-file.ts';
import type { Selection } from './select-files.ts';

/** What the tests of one kind came to. */
export interface KindResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs the selected files of one kind, prints how it goes, and failures as soon as they are known. */
export async function runKind(root: string, { kind, files }: Selection, timeoutMs: number): Promise<KindResult> {
  const startedAt = performance.now();
  console.log(`${kind.name}: ${files.length} ${files.length === 1 ? 'file' : 'files'}`);
  const queue = [...files];
  const results: FileResult[] = [];
  const runQueue = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const result = await runFile(root, file, timeoutMs);
      results.push(result);
      if (kind.concurrency === 1) {
        console.log(`  ${file}: ${summarise([result])} in ${formatSeconds(result.durationMs)}`);
      }
      printFailures(result);
    }
  };
  await Promise.all(Array.from({ length: kind.concurrency }, runQueue));
  console.log(`${kind.name}: ${summarise(results)} in ${formatSeconds(performance.now() - startedAt)}`);
  return count(results);
}

function count(results: readonly FileResult[]): KindResult {
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: results.reduce((sum, { failures }) => sum + failures.length, 0),
    skipped: results.reduce((sum, { skipped }) => sum + skipped, 0),
  };
}

function summarise(results: readonly FileResult[]): string {
  const { passed, failed, skipped } = count(results);
  return [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} FAILED`] : []),
    ...(skipped > 0 ? [`${skipped} NOT RUN`] : []),
  ].join(', ');
}

function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
