import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { nodeModules } from './root.mjs';

/** The oldest Node that runs this project; package.json says the same under `engines`. */
const majorMin = 24;

/**
 * The Node to use: the one that an optional dependency brought, else the one that runs now.
 * @returns {{ path: string, failure?: undefined } | { failure: string }}
 */
export function findRuntime() {
  const installed = findInstalled();
  if (installed !== undefined) {
    return { path: installed };
  }
  if (majorOf(process.version) >= majorMin) {
    return { path: process.execPath };
  }
  return {
    failure:
      `Node ${majorMin} or newer is missing (this is ${process.version}, and no package brings one to ` +
      `${process.platform}-${process.arch}): install one from https://nodejs.org and run the same command again.`,
  };
}

/**
 * The binary of the optional dependency, where there is one that is new enough and starts here: it does not on a
 * system with another C library.
 * @returns {string | undefined}
 */
function findInstalled() {
  let path = '';
  try {
    path = realpathSync(join(nodeModules, '.bin', 'node'));
  } catch {
    return undefined;
  }
  if (path === safeRealPath(process.execPath)) {
    return majorOf(process.version) >= majorMin ? path : undefined;
  }
  return majorOf(versionOf(path)) >= majorMin ? path : undefined;
}

/**
 * Its own manifest tells the version without a process; whether it starts is learnt from starting it.
 * @param {string} path
 */
function versionOf(path) {
  const manifest = readManifestVersion(join(path, '..', '..', 'package.json'));
  if (majorOf(manifest) < majorMin) {
    return '';
  }
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}

/** @param {string} path */
function readManifestVersion(path) {
  try {
    return String(JSON.parse(readFileSync(path, 'utf8')).version);
  } catch {
    return '';
  }
}

/** @param {string} path */
function safeRealPath(path) {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * `v26.10.0` is 26; what is no version is -1.
 * @param {string} version
 */
function majorOf(version) {
  const match = /^v?(\d+)\./.exec(version);
  return match === null ? -1 : Number(match[1]);
}
