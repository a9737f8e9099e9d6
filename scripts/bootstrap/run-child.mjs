import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { nodeModules } from './root.mjs';

/** Signals that ask the child to stop or to reload. */
const forwarded = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** npm and a process group deliver one signal more than once; within this time it counts as one. */
const sameSignalMs = 500;

/**
 * Runs `runtime` with `args` in the foreground and resolves to its exit code; a child that a signal ended gives
 * 128 and the signal's number, as a shell does.
 * @param {string} runtime
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export function runChild(runtime, args) {
  const child = spawn(runtime, ['--disable-warning=ExperimentalWarning', ...args], {
    stdio: 'inherit',
    env: childEnvironment(),
  });
  forwardSignals(child);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`taciturn: ${runtime} cannot be started: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/** The environment in which `node`, `tsc` and `biome` are the project's own. */
function childEnvironment() {
  const path = [join(nodeModules, '.bin'), process.env.PATH ?? ''].join(delimiter);
  return { ...process.env, PATH: path };
}

/**
 * Passes signals on, and outlives them itself: the child decides when it ends. A terminal is different in two ways. It
 * sends Ctrl-C to the whole foreground group, so that is not passed on: a second one would cut a graceful stop short.
 * And when it closes, SIGHUP says so, not that the child should reload.
 * @param {import('node:child_process').ChildProcess} child
 */
function forwardSignals(child) {
  const isInteractive = Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);
  /** @type {Map<string, number>} */
  const lastAt = new Map();
  for (const signal of forwarded) {
    process.on(signal, () => {
      const now = performance.now();
      const isRepeat = now - (lastAt.get(signal) ?? Number.NEGATIVE_INFINITY) < sameSignalMs;
      lastAt.set(signal, now);
      if (!isRepeat && !(isInteractive && signal === 'SIGINT')) {
        child.kill(isInteractive && signal === 'SIGHUP' ? 'SIGTERM' : signal);
      }
    });
  }
}
