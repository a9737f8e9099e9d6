import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One test that ended, as event-reporter.mjs writes it. */
export interface FinishedTest {
  /** Names from the outermost suite to the test itself. */
  readonly path: readonly string[];
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly line?: number;
  /** The error with its stack; empty unless failed. */
  readonly error: string;
}

/** How one file went. */
export interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly FinishedTest[];
  /** What the file printed, both streams. */
  readonly output: string;
  readonly durationMs: number;
}

/** Output that is kept of one file, from its end. */
const outputCharactersMax = 20_000;

const reporter = fileURLToPath(new URL('./event-reporter.mjs', import.meta.url));

/** The processes that run now: each leads a group of its own, so that what a test leaves behind ends with it. */
const running = new Set<ChildProcess>();

/** Ends every test process with all that it started. */
export function stopRunningFiles(): void {
  for (const child of running) {
    killGroup(child);
  }
}

/**
 * Runs one test file in a process of its own, with a folder of its own for temporary files, so that even a killed one
 * leaves none. A file that crashes, exceeds `timeoutMs` or holds no test has failed.
 */
export async function runFile(root: string, file: string, timeoutMs: number): Promise<FileResult> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'taciturn-test-'));
  const eventsFile = join(folder, 'events.jsonl');
  try {
    const end = await runProcess(root, file, { eventsFile, temporaryFolder: folder }, timeoutMs);
    const tests = readEvents(eventsFile);
    const failures = tests.filter(({ state }) => state === 'failed');
    const complaint = complain(end, tests, failures.length, timeoutMs);
    return {
      file,
      passed: tests.filter(({ state }) => state === 'passed').length,
      skipped: tests.filter(({ state }) => state === 'skipped').length,
      failures: complaint === undefined ? failures : [...failures, { path: [], state: 'failed', error: complaint }],
      output: end.output,
      durationMs: performance.now() - startedAt,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface ProcessPaths {
  readonly eventsFile: string;
  readonly temporaryFolder: string;
}

interface ProcessEnd {
  /** The exit code, or the signal that ended the process. */
  readonly code: number | NodeJS.Signals;
  readonly timedOut: boolean;
  readonly output: string;
}

function runProcess(
  root: string,
  file: string,
  { eventsFile, temporaryFolder }: ProcessPaths,
  timeoutMs: number,
): Promise<ProcessEnd> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      `--test-reporter=${reporter}`,
      `--test-reporter-destination=${eventsFile}`,
      join(root, file),
    ],
    {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache(root), TMPDIR: temporaryFolder },
    },
  );
  running.add(child);
  let output = '';
  let timedOut = false;
  const keep = (text: string): void => {
    output = (output + text).slice(-outputCharactersMax);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, timeoutMs);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // What it started holds the pipes open, so the group ends first and 'close' follows.
    child.on('exit', () => killGroup(child));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code: code ?? signal ?? 1, timedOut, output });
    });
  });
}

/** Most of what a unit test takes is stripping types from the same modules that the test before it imported. */
function compileCache(root: string): string {
  return join(root, 'node_modules/.cache/compiled');
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

/** The lines that a process wrote before it ended, the last of which may be cut. */
function readEvents(eventsFile: string): readonly FinishedTest[] {
  let text = '';
  try {
    text = readFileSync(eventsFile, 'utf8');
  } catch {
    return [];
  }
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FinishedTest);
}

/** What is wrong with a file as a whole, beyond its tests. */
function complain(
  end: ProcessEnd,
  tests: readonly FinishedTest[],
  failed: number,
  timeoutMs: number,
): string | undefined {
  if (end.timedOut) {
    return `did not end within ${timeoutMs / 1000} s`;
  }
  if (end.code !== 0 && failed === 0) {
    return `ended with ${end.code} outside its tests`;
  }
  return tests.length === 0 ? 'holds no test' : undefined;
}
