import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap/root.mjs';

/** One package as `package-lock.json` pins it. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Where it lies below the repository, as `node_modules/fastify`. */
  readonly path: string;
  /** An SPDX expression; undefined where the package names none. */
  readonly license: string | undefined;
  /** The hash of its archive; undefined for a workspace of this repository. */
  readonly integrity: string | undefined;
  readonly hasInstallScript: boolean;
  /** Only development and tests need it. */
  readonly isDevelopment: boolean;
  /** A workspace of this repository. */
  readonly isOurs: boolean;
}

interface LockEntry {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly link?: boolean;
}

/** Every package of the lock file but the root, by path. */
export function readLock(): readonly LockedPackage[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockEntry>>;
  };
  return Object.entries(packages)
    .filter(([path, { link }]) => path !== '' && link !== true)
    .map(([path, entry]) => describePackage(path, entry));
}

function describePackage(path: string, entry: LockEntry): LockedPackage {
  return {
    name: entry.name ?? path.replace(/^.*node_modules\//, ''),
    version: entry.version ?? '',
    path,
    license: entry.license,
    integrity: entry.integrity,
    hasInstallScript: entry.hasInstallScript === true,
    isDevelopment: entry.dev === true,
    isOurs: !path.includes('node_modules/'),
  };
}
