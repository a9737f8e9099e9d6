// The one entry behind every npm script: `node scripts/run.mjs <command> [arguments]`.
//
// It runs on Node 20 with nothing installed, so it uses builtins alone: it installs what is missing, finds a runtime
// that is new enough, and hands over to it. Everything else in scripts/ may be written for the new runtime.

import { join } from 'node:path';
import { buildDashboard } from './bootstrap/build-dashboard.mjs';
import { buildNative } from './bootstrap/build-native.mjs';
import { findRuntime } from './bootstrap/find-runtime.mjs';
import { installDependencies } from './bootstrap/install-dependencies.mjs';
import { root } from './bootstrap/root.mjs';
import { runChild } from './bootstrap/run-child.mjs';

/**
 * What each command runs under the new runtime, in front of the caller's own arguments.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const commands = {
  start: ['src/cli/main.ts', 'serve'],
  taciturn: ['src/cli/main.ts'],
  test: ['scripts/test.ts'],
  check: ['scripts/check.ts'],
  build: ['scripts/build.ts'],
  format: ['scripts/format.ts'],
  bench: ['bench/compare/main.ts'],
  example: ['examples/browser-call/server.ts'],
};

/** The commands that serve the dashboard, test it or ship it. */
const needDashboard = new Set(['start', 'test', 'build']);

/** Ends with one sentence: what is missing, and what to do about it. */
function fail(/** @type {string} */ sentence) {
  console.error(`taciturn: ${sentence}`);
  process.exit(1);
}

const [name = '', ...rest] = process.argv.slice(2);
// npm takes a leading `--` away; a direct call may still have it.
const callerArguments = rest[0] === '--' ? rest.slice(1) : rest;
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  fail(`unknown command ${JSON.stringify(name)}: it is one of ${Object.keys(commands).join(', ')}.`);
} else {
  const failure = await installDependencies();
  if (failure !== undefined) {
    fail(failure);
  }
  await buildNative();
  const runtime = findRuntime();
  if (runtime.failure !== undefined) {
    fail(runtime.failure);
  } else {
    if (needDashboard.has(name)) {
      await buildDashboard(runtime.path);
    }
    const [script = '', ...leading] = command;
    process.exitCode = await runChild(runtime.path, [join(root, script), ...leading, ...callerArguments]);
  }
}
