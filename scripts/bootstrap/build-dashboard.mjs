import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { showProgress } from './show-progress.mjs';

const folder = join(root, 'dashboard');

/** Holds the digest of what was built; it disappears with the output. */
const stampFile = join(folder, 'dist', '.taciturn-built');

/**
 * Makes dashboard/dist match its sources, and says once when that fails: the service runs without it. Does nothing when it
 * matches already.
 * @param {string} runtime the Node that builds
 */
export async function buildDashboard(runtime) {
  if (!existsSync(join(folder, 'src'))) {
    // A package has what was built, and none of its sources.
    return;
  }
  const wanted = digestInputs();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) {
    return;
  }
  const stopProgress = showProgress('Building the dashboard');
  const { code, output } = await runBuild(runtime);
  stopProgress();
  if (code === 0) {
    writeFileSync(stampFile, wanted);
  } else {
    console.error(`taciturn: the dashboard could not be built, so the service runs without it:\n${output}`);
  }
}

/** Everything that decides what the build makes. */
function digestInputs() {
  const hash = createHash('sha256');
  const sources = ['src', 'scripts'].flatMap((name) => listFiles(join(folder, name)));
  const others = ['package.json', 'vite.config.ts', 'index.html'].map((name) => join(folder, name));
  const shared = ['package-lock.json', join('api', 'openapi.json')].map((name) => join(root, name));
  for (const path of [...sources, ...others, ...shared].sort()) {
    hash.update(`${path.slice(root.length)}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function listFiles(path) {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const child = join(path, entry.name);
    return entry.isDirectory() ? listFiles(child) : [child];
  });
}

/**
 * @param {string} runtime
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function runBuild(runtime) {
  const child = spawn(runtime, [join(folder, 'scripts', 'build.ts')], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
