// `npm run build`: dist/, for the package. Development and tests run the sources themselves.

import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bootstrap/root.mjs';
import { runSteps } from './run-steps.ts';

const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
process.exitCode = await runSteps([
  { name: 'compile', command: ['tsc', '-p', 'tsconfig.build.json'] },
  { name: 'bill of materials', command: [process.execPath, join(root, 'scripts/emit-supply-chain.ts')] },
]);
if (process.exitCode === 0) {
  chmodSync(join(dist, 'cli', 'main.js'), 0o755);
}
