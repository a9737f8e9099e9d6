// `npm run format`: writes the one format, and the lint fixes that are safe.

import { runSteps } from './run-steps.ts';

process.exitCode = await runSteps([{ name: 'format', command: ['biome', 'check', '--write', '.'] }]);
