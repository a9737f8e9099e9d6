import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type FileResult, runFile } from './run-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'taciturn-run-file-'));
after(() => rmSync(folder, { recursive: true }));

const imports = "import assert from 'node:assert/strict';\nimport { describe, test } from 'node:test';\n";

function runText(text: string, timeoutMs = 30_000): Promise<FileResult> {
  writeFileSync(join(folder, 'a.test.mjs'), `${imports}${text}`);
  return runFile(folder, 'a.test.mjs', timeoutMs);
}

describe('one test file', () => {
  test('is counted by its tests, with the path and the error of each that failed', async () => {
    const result = await runText(`
      describe('outer', () => {
        test('good', () => {});
        test('bad', () => assert.equal(1, 2));
      });
      console.log('printed');
    `);
    assert.equal(result.passed, 1);
    assert.deepEqual(
      result.failures.map(({ path }) => path),
      [['outer', 'bad']],
    );
    assert.match(result.failures[0]?.error ?? '', /1 !== 2/);
    assert.match(result.output, /printed/);
  });

  test('counts a test with a failing part once', async () => {
    const { passed, failures } = await runText(`
      test('whole', async (t) => { await t.test('part', () => assert.fail('broken')); });
    `);
    assert.deepEqual([passed, failures.map(({ path }) => path)], [0, [['whole', 'part']]]);
  });

  // Names of options are put together, since this file keeps the rule against them.
  test('tells what skipped itself, and fails what is unwritten', async () => {
    const { passed, skipped, failures } = await runText(
      ['test("a", { sk', 'ip: true }, () => {}); test("b", { to', 'do: true }, () => {});'].join(''),
    );
    assert.deepEqual([passed, skipped, failures.length], [0, 1, 1]);
  });

  test('has failed when it holds no test', async () => {
    assert.deepEqual(errorsOf(await runText('')), ['holds no test']);
  });

  test('has failed when it cannot be loaded', async () => {
    const result = await runText("import './nowhere.mjs';");
    assert.deepEqual(errorsOf(result), ['ended with 1 outside its tests']);
    assert.match(result.output, /nowhere\.mjs/);
  });

  test('has failed when it crashes after its tests', async () => {
    const result = await runText("test('good', () => {}); setTimeout(() => process.exit(3), 50);");
    assert.equal(result.passed, 1);
    assert.deepEqual(errorsOf(result), ['ended with 3 outside its tests']);
  });

  test('is killed with what it started when it takes too long, and its temporary files go, too', async () => {
    const [pidFile, leftFile] = [join(folder, 'pid'), join(folder, 'left')];
    const result = await runText(
      `
      import { spawn } from 'node:child_process';
      import { mkdtempSync, writeFileSync } from 'node:fs';
      import { tmpdir } from 'node:os';
      process.on('SIGTERM', () => {});
      test('endless', async () => {
        const child = spawn('sleep', ['600'], { stdio: 'inherit' });
        writeFileSync(${JSON.stringify(leftFile)}, mkdtempSync(tmpdir() + '/left-'));
        writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
        await new Promise(() => setInterval(() => {}, 1000));
      });
    `,
      1_500,
    );
    assert.deepEqual(errorsOf(result), ['did not end within 1.5 s']);
    assert.ok(existsSync(pidFile));
    assert.equal(isRunning(Number(readFileSync(pidFile, 'utf8'))), false);
    assert.equal(existsSync(readFileSync(leftFile, 'utf8')), false);
  });
});

function errorsOf({ failures }: FileResult): readonly string[] {
  return failures.map(({ error }) => error);
}

/** A process that was killed and not yet collected by its parent does not run. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
