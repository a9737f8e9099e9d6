import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeModules, root } from './root.mjs';
import { showProgress } from './show-progress.mjs';

/** Holds the digest of what was installed; it disappears with node_modules. */
const stampFile = join(nodeModules, '.taciturn-installed');

/**
 * Registry trouble is told after seconds, not after npm's own minutes. The only install script is our own, and what it
 * says would be lost in npm: `buildNative` does its work.
 */
const npmArguments = [
  'ci',
  '--ignore-scripts',
  '--loglevel=error',
  '--no-audit',
  '--no-fund',
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
];

/**
 * Makes node_modules match the lock file; does nothing when it does already.
 * @returns {Promise<string | undefined>} the sentence that says why it cannot, or `undefined`
 */
export async function installDependencies() {
  const wanted = digestInputs();
  if (readIfExists(stampFile) === wanted) {
    return undefined;
  }
  if (!matchesLockFile()) {
    const failure = await runNpm();
    if (failure !== undefined) {
      return failure;
    }
  }
  mkdirSync(nodeModules, { recursive: true });
  writeFileSync(stampFile, wanted);
  return undefined;
}

/** Everything that decides what npm installs. */
function digestInputs() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`);
  for (const name of ['package.json', 'package-lock.json']) {
    hash.update(readFileSync(join(root, name)));
  }
  return hash.digest('hex');
}

/**
 * Whether npm itself installed this very lock file already, as after `npm install`: npm keeps a copy of what it
 * installed in node_modules. Packages for other platforms are not in it.
 */
function matchesLockFile() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(nodeModules, '.package-lock.json'));
  return (
    Object.keys(installed).length > 0 &&
    Object.entries(wanted).every(([path, entry]) => {
      const found = installed[path];
      if (path === '' || (found === undefined && entry.optional === true && !isForHere(entry))) {
        return true;
      }
      return (
        found !== undefined &&
        found.version === entry.version &&
        found.integrity === entry.integrity &&
        existsSync(join(root, path, 'package.json'))
      );
    }) &&
    Object.keys(installed).every((path) => wanted[path] !== undefined)
  );
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string | string[], cpu?: string | string[], libc?: string | string[] }} Entry
 */

/**
 * @param {string} path
 * @returns {Record<string, Entry>}
 */
function readPackages(path) {
  const text = readIfExists(path);
  return text === undefined ? {} : JSON.parse(text).packages;
}

/**
 * Whether npm would install an optional package here. One bound to a C library may be skipped anywhere.
 * @param {Entry} entry
 */
function isForHere(entry) {
  return (
    entry.libc === undefined &&
    (entry.os === undefined || [entry.os].flat().includes(process.platform)) &&
    (entry.cpu === undefined || [entry.cpu].flat().includes(process.arch))
  );
}

/** @param {string} path */
function readIfExists(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @returns {Promise<string | undefined>} */
async function runNpm() {
  rmSync(stampFile, { force: true });
  const stopProgress = showProgress('Installing dependencies (npm ci)');
  const { code, output } = await spawnNpm();
  stopProgress();
  return code === 0 ? undefined : explainFailure(code, output);
}

/**
 * npm by the Node that runs it, where npm started this script; else the npm of PATH.
 * @returns {Promise<{ code: number, output: string }>} -1 when npm is not there
 */
function spawnNpm() {
  const script = process.env.npm_execpath ?? '';
  const node = process.env.npm_node_execpath ?? process.execPath;
  const [file, leading] = existsSync(script) && existsSync(node) ? [node, [script]] : ['npm', []];
  const child = spawn(file, [...leading, ...npmArguments], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    output += text;
  });
  return new Promise((resolve) => {
    child.on('error', () => resolve({ code: -1, output }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** What npm prints, and what it means for the person who reads it. First match wins. */
const explanations = [
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network/,
    sentence:
      'the npm registry cannot be reached: connect this machine to it, or name a mirror with `npm config set registry`',
  },
  { pattern: /ENOSPC/, sentence: 'the disk is full: free about 1 GB' },
  { pattern: /EACCES|EPERM|EROFS/, sentence: `this user may not write below ${root}: give the folder to it` },
  { pattern: /EUSAGE/, sentence: 'package-lock.json does not match package.json: run `npm install`' },
  { pattern: /E401|E403/, sentence: 'the npm registry refuses access: check `npm config get registry` and its token' },
  { pattern: /EINTEGRITY/, sentence: 'a package differs from the locked one: check the registry that serves it' },
];

/**
 * @param {number} code
 * @param {string} output
 */
function explainFailure(code, output) {
  if (code === -1) {
    return 'npm is missing: install Node with npm from https://nodejs.org and run the same command again.';
  }
  const known = explanations.find(({ pattern }) => pattern.test(output));
  if (known === undefined) {
    process.stderr.write(output);
    return `npm ci failed with exit code ${code}, for the reason above: solve it and run the same command again.`;
  }
  return `dependencies are not installed, since ${known.sentence}, then run the same command again.`;
}
