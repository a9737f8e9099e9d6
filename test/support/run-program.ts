import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from './service.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const TIMEOUT_MS = 30_000;

/** How a program ended. */
export interface ProgramEnd {
  /** The exit code, or the name of the signal that ended it. */
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
  /** Both together, in the order in which they came. */
  readonly output: string;
}

export interface RunOptions {
  /** Settings of this program; those that the tests were started with are left out. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs?: number;
}

/** Runs a program to its end; one that takes too long is killed. */
export function runProgram(file: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramEnd> {
  const child = spawn(file, args, {
    env: cleanEnvironment(options.environment ?? {}),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    killSignal: 'SIGKILL',
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let stdout = '';
  let stderr = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? (signal as NodeJS.Signals), stdout, stderr, output }));
  });
}

/** Runs one command of this program's own command line. */
export function runCli(args: readonly string[], options: RunOptions = {}): Promise<ProgramEnd> {
  return runProgram(process.execPath, [MAIN, ...args], options);
}
