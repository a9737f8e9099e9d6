import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { root } from './bootstrap/root.mjs';

const clone = mkdtempSync(join(tmpdir(), 'taciturn-clone-'));
after(() => rmSync(clone, { recursive: true }));

/** Stands in for npm: says that it ran, and leaves what `npm ci` leaves, or fails as it is told to. */
const npm = `
  const { appendFileSync, copyFileSync, mkdirSync } = require('node:fs');
  appendFileSync('npm-runs', process.argv.slice(2, 3) + '\\n');
  if (process.env.NPM_FAILURE) {
    console.error('npm error code ' + process.env.NPM_FAILURE);
    process.exit(1);
  }
  mkdirSync('node_modules', { recursive: true });
  copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
`;

/** What the clone's `start` runs: prints its arguments; with `wait`, prints signals, and ends at the one it is told. */
const main = `
  const [, ...args] = process.argv.slice(2);
  if (args[0] === 'exit') process.exitCode = Number(args[1]);
  if (args[0] === 'wait') {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => {
        console.log(signal);
        if (signal === 'SIGTERM') process.exit(7);
      });
    }
    setInterval(() => {}, 1000);
  }
  console.log(JSON.stringify({ args, path: process.env.PATH }));
`;

beforeEach(() => {
  rmSync(clone, { recursive: true, force: true });
  mkdirSync(join(clone, 'src/cli'), { recursive: true });
  cpSync(join(root, 'scripts'), join(clone, 'scripts'), { recursive: true });
  // With what was built of it, so that it is not built again.
  cpSync(join(root, 'native'), join(clone, 'native'), { recursive: true });
  writeFileSync(join(clone, 'npm.cjs'), npm);
  writeFileSync(join(clone, 'src/cli/main.ts'), main);
  writeFileSync(join(clone, 'package.json'), '{"type":"module"}');
  writeLock({ '': {} });
});

function writeLock(packages: Readonly<Record<string, unknown>>): void {
  writeFileSync(join(clone, 'package-lock.json'), JSON.stringify({ packages }));
}

function countInstalls(): number {
  const file = join(clone, 'npm-runs');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}

function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...process.env, npm_execpath: join(clone, 'npm.cjs'), npm_node_execpath: process.execPath, ...more };
}

function run(args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, ['scripts/run.mjs', ...args], {
    cwd: clone,
    encoding: 'utf8',
    env: environment(more),
  });
}

describe('the entry of every command', () => {
  test('installs once, and again only when the lock file changes', () => {
    assert.equal(run(['start']).status, 0);
    assert.equal(run(['start']).status, 0);
    assert.equal(countInstalls(), 1);
    writeLock({ '': {}, 'node_modules/a': { version: '1.0.0' } });
    assert.equal(run(['start']).status, 0);
    assert.equal(countInstalls(), 2);
  });

  test('does not install what npm has installed already, packages for other platforms left aside', () => {
    const here = { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };
    writeLock({ ...here, 'node_modules/b': { version: '1.0.0', optional: true, os: ['plan9'] } });
    mkdirSync(join(clone, 'node_modules/a'), { recursive: true });
    writeFileSync(join(clone, 'node_modules/a/package.json'), '{}');
    writeFileSync(join(clone, 'node_modules/.package-lock.json'), JSON.stringify({ packages: here }));
    assert.equal(run(['start']).status, 0);
    assert.equal(countInstalls(), 0);
  });

  test('says in one sentence why it cannot install, and tries again the next time', () => {
    const expectations = [
      ['ENOTFOUND', /^taciturn: dependencies are not installed, since the npm registry cannot be reached: /m],
      ['ENOSPC', /^taciturn: dependencies are not installed, since the disk is full: /m],
      ['EWHATEVER', /^taciturn: npm ci failed with exit code 1, for the reason above: /m],
    ] as const;
    for (const [code, sentence] of expectations) {
      const { status, stderr, stdout } = run(['start'], { NPM_FAILURE: code });
      assert.equal(status, 1);
      assert.match(stderr, sentence);
      assert.equal(stdout, '');
    }
    assert.equal(countInstalls(), expectations.length);
    assert.equal(run(['start']).status, 0);
  });

  test('says when npm is missing', () => {
    const { status, stderr } = run(['start'], { npm_execpath: '', PATH: join(clone, 'nowhere') });
    assert.equal(status, 1);
    assert.match(stderr, /^taciturn: npm is missing: /m);
  });

  test('passes arguments and the exit code through, with the installed programs first on the path', () => {
    const { status, stdout } = run(['start', '--', 'exit', '5', '--config', 'a b.yaml']);
    assert.equal(status, 5);
    const { args, path } = JSON.parse(stdout) as { args: readonly string[]; path: string };
    assert.deepEqual(args, ['exit', '5', '--config', 'a b.yaml']);
    assert.ok(path.startsWith(join(clone, 'node_modules', '.bin')));
  });

  test('names its commands when it is given another', () => {
    const { status, stderr } = run(['toString']);
    assert.equal(status, 1);
    assert.match(stderr, /unknown command "toString": it is one of start, /);
  });

  test('passes a signal on once, outlives it, and ends as the child does', async () => {
    const child = spawn(process.execPath, ['scripts/run.mjs', 'start', 'wait'], {
      cwd: clone,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const answers: Readonly<Record<string, NodeJS.Signals>> = { SIGHUP: 'SIGINT', SIGINT: 'SIGTERM' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n').filter((part) => part !== '')) {
        lines.push(line);
        child.kill(line.startsWith('{') ? 'SIGHUP' : (answers[line] ?? 'SIGCONT'));
      }
    });
    assert.equal(await ended, 7);
    assert.deepEqual(lines.slice(1), ['SIGHUP', 'SIGINT', 'SIGTERM']);
  });

  test('stands behind every npm script, in the place of the shell that npm starts, which keeps signals to itself', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const known = /it is one of (.+)\.$/m.exec(run(['']).stderr)?.[1]?.split(', ') ?? [];
    const { postinstall, ...commands } = scripts;
    assert.equal(postinstall, 'node native/install.mjs');
    assert.deepEqual(Object.keys(commands).sort(), known.sort());
    for (const [name, script] of Object.entries(commands)) {
      assert.equal(script, `exec node scripts/run.mjs ${name}`);
    }
  });
});
