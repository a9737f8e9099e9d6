import { spawn } from 'node:child_process';
import { root } from './bootstrap/root.mjs';

/** A command of the project, found in node_modules/.bin. */
export interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** Runs every step in order, prints the seconds of each, and resolves to 0 when all of them succeeded, else to 1. */
export async function runSteps(steps: readonly Step[]): Promise<number> {
  const failed: string[] = [];
  for (const { name, command } of steps) {
    const startedAt = performance.now();
    const isDone = await runCommand(command);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${name}: ${isDone ? 'done' : 'FAILED'} in ${seconds} s`);
    if (!isDone) {
      failed.push(name);
    }
  }
  if (failed.length > 0) {
    console.log(`FAILED: ${failed.join('; ')}`);
  }
  return failed.length === 0 ? 0 : 1;
}

function runCommand([file, ...args]: Step['command']): Promise<boolean> {
  const child = spawn(file, args, { cwd: root, stdio: 'inherit' });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`taciturn: ${file} cannot be started: ${error.message}`);
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
}
