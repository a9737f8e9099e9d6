// `npm run check`: everything that is checked without running the service. Every step runs, whatever the others find.

import { runSteps } from './run-steps.ts';

process.exitCode = await runSteps([
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types of the core, without Node', command: ['tsc', '-p', 'tsconfig.core.json'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of the API for the dashboard', command: ['node', 'dashboard/scripts/write-api-types.ts'] },
  { name: 'types of the dashboard', command: ['tsc', '-p', 'dashboard/tsconfig.json'] },
  { name: 'layers and house rules', command: ['node', 'scripts/test.ts', 'architecture'] },
]);
