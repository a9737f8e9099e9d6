// Part of `npm run build`: what the package is made of, beside the package: dist/sbom.cdx.json and dist/LICENSES.md.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bootstrap/root.mjs';
import { formatLicenses } from './supply-chain/format-licenses.ts';
import { readLock } from './supply-chain/read-lock.ts';
import { readSbom } from './supply-chain/read-sbom.ts';

const dist = join(root, 'dist');

const packages = readLock();

mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, 'sbom.cdx.json'), `${JSON.stringify(readSbom(packages), undefined, 2)}\n`);
writeFileSync(join(dist, 'LICENSES.md'), formatLicenses(packages));
