import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBuildTools } from './find-build-tools.mjs';

const folder = dirname(fileURLToPath(import.meta.url));
const buildFolder = join(folder, 'build');
const logFile = join(buildFolder, 'install.log');

/** Tells how the last build ended: for which sources and, where it failed, why and with which tools. */
const recordFile = join(buildFolder, 'record.json');

/** What the loader opens. */
export const addonFile = join(buildFolder, 'Release', 'taciturn_datagram.node');

/**
 * @typedef {{ sources: string, failure?: { reason: string, tools: string } }} BuildRecord
 * @typedef {{ outcome: 'built' | 'current' | 'elsewhere' } | { outcome: 'failed' | 'failed-before', warning: string }} BuildResult
 */

/**
 * Builds the addon from its sources with the node-gyp of npm, downloads nothing, and never throws: without the addon
 * the service runs on Node's own `dgram`. Does nothing where the build is of these sources already, where it failed
 * and nothing has changed since, and on systems other than Linux.
 * @param {() => void} [onBuild] called before a build that takes time
 * @returns {Promise<BuildResult>}
 */
export async function buildAddon(onBuild) {
  if (process.platform !== 'linux') {
    return { outcome: 'elsewhere' };
  }
  const tools = findBuildTools(folder);
  const toolList = JSON.stringify(tools);
  const sources = digestSources();
  const record = readBuildRecord();
  if (record?.sources === sources) {
    if (record.failure === undefined && existsSync(addonFile)) {
      return { outcome: 'current' };
    }
    if (record.failure?.tools === toolList) {
      return { outcome: 'failed-before', warning: explain(record.failure.reason) };
    }
  }
  let reason = tools.missing;
  try {
    // What is there was built from other sources, and would not fit the TypeScript that comes with these.
    rmSync(addonFile, { force: true });
    mkdirSync(buildFolder, { recursive: true });
    if (reason === undefined) {
      onBuild?.();
      reason = await runNodeGyp(tools);
    } else {
      writeFileSync(logFile, `Nothing was compiled: ${reason}.\n`);
    }
    writeRecord(reason === undefined ? { sources } : { sources, failure: { reason, tools: toolList } });
  } catch (error) {
    reason = `${buildFolder} cannot be written (${/** @type {Error} */ (error).message})`;
  }
  return reason === undefined ? { outcome: 'built' } : { outcome: 'failed', warning: explain(reason) };
}

/**
 * How the last build ended, or `undefined` where there was none.
 * @returns {BuildRecord | undefined}
 */
export function readBuildRecord() {
  try {
    return JSON.parse(readFileSync(recordFile, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {BuildRecord} record */
function writeRecord(record) {
  writeFileSync(recordFile, `${JSON.stringify(record)}\n`);
}

/** Everything that decides what the build makes, the tools left aside: those may be gone once it is made. */
function digestSources() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`);
  const sources = readdirSync(join(folder, 'src')).filter((name) => /\.[ch]$/.test(name));
  for (const name of ['binding.gyp', ...sources.sort().map((source) => join('src', source))]) {
    hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

/**
 * @param {import('./find-build-tools.mjs').BuildTools} tools
 * @returns {Promise<string | undefined>} why it failed
 */
function runNodeGyp({ compiler, headers, nodeGyp }) {
  // `configure build` and not `rebuild`: make compiles again only what has changed.
  const args = [nodeGyp, 'configure', 'build', `--nodedir=${headers}`];
  // Everything is C, so the C compiler links it, and no compiler for C++ is needed.
  const environment = { ...process.env, CC: compiler, LINK: compiler };
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, args, { cwd: folder, env: environment, stdio: ['ignore', log, log] });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`node-gyp cannot be started (${error.message})`));
    child.on('close', (code) => {
      resolve(
        code === 0 && existsSync(addonFile)
          ? undefined
          : `the build with ${describeCompiler(compiler)} failed${firstError()}; ${logFile} has all of it`,
      );
    });
  });
}

/** The first line of the log that tells an error, since what follows is mostly its echo. */
function firstError() {
  const lines = readFileSync(logFile, 'utf8').split('\n');
  const line = lines.find((text) => /\berror:/.test(text)) ?? lines.find((text) => /\*\*\*|ERR!/.test(text));
  return line === undefined ? '' : ` (${line.trim()})`;
}

/** @param {string} compiler */
function describeCompiler(compiler) {
  return process.env.CC === undefined ? compiler : `${compiler} (named by CC)`;
}

/** @param {string} reason */
function explain(reason) {
  return (
    `the native datagram back ends are not built: ${reason}. The service runs without them, on Node's own dgram, at ` +
    'about 7 times the CPU per packet. To have them, install what is missing (on Debian and Ubuntu: apt-get install ' +
    'build-essential python3), and run `npm rebuild`, or the same command again.'
  );
}
