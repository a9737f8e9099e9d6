import type { FileResult } from './run-file.ts';

/** Prints each failed test of a file with its error, and then what the file itself printed. */
export function printFailures({ file, failures, output }: FileResult): void {
  for (const { path, line, error } of failures) {
    console.log(`\nFAILED ${[line === undefined ? file : `${file}:${line}`, ...path].join(' › ')}`);
    console.log(indent(error));
  }
  if (failures.length > 0 && output.trim() !== '') {
    console.log(`\n  Output of ${file}:`);
    console.log(indent(output.trimEnd()));
  }
  if (failures.length > 0) {
    console.log('');
  }
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
