// `npm run bench`: measures Taciturn, and with `-- --against coturn` another server in turn with it. See bench/README.md.

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { runControlBench } from '../control/run-control-bench.ts';
import { runMicroBenches } from '../micro/run-micro-benches.ts';
import { publishResults } from '../publish/publish-results.ts';
import { runUsageBench } from '../usage/run-usage-bench.ts';
import { type BenchOptions, listBenchOptions } from './bench-options.ts';
import { runComparison } from './run-comparison.ts';

process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

process.exitCode = await main(process.argv);

async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('npm run bench --').description('Measure what the relay costs.').action(async () => {
    const options = program.opts<BenchOptions>();
    exitCode = options.publish ? publishResults() : await runComparison(options);
  });
  for (const option of listBenchOptions()) {
    program.addOption(option);
  }
  program
    .command('control')
    .description('Measure the control plane: credentials a second, revocation, a million revoked usernames.')
    .action(async () => {
      exitCode = await runControlBench(program.opts<BenchOptions>());
    });
  program.command('micro').description('Measure single functions, in nanoseconds a call.').action(runMicroBenches);
  program
    .command('usage')
    .description('Measure queries and flushes of usage on a store with 10 million rows.')
    .option('--folder <path>', 'where the store is, or is made; about 4 GB', join(tmpdir(), 'taciturn-usage-bench'))
    .action(async ({ folder }: { readonly folder: string }) => {
      exitCode = (await runUsageBench(folder)) ? 0 : 1;
    });
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    console.error(`bench: ${(error as Error).message}`);
    return 1;
  }
}
