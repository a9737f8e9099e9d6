// Makes dashboard/dist, which the service serves: `node dashboard/scripts/build.ts`.

import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { compressAssets } from './compress-assets.ts';
import { writeApiTypes } from './write-api-types.ts';

const folder = fileURLToPath(new URL('../', import.meta.url));

await writeApiTypes();
await build({ root: folder, logLevel: 'warn' });
compressAssets(fileURLToPath(new URL('../dist/', import.meta.url)));
