import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../scripts/bootstrap/root.mjs';
import {
  buildAddonOfAdverseKernel,
  buildCanary,
  buildSanitizedAddon,
  findSanitizerLibrary,
} from './sanitized-build.ts';

/** What the sanitizers begin their reports with. */
const report = /ERROR: AddressSanitizer|runtime error:/;

interface SanitizedRun {
  readonly status: number | null;
  /** Both streams. */
  readonly output: string;
}

/** Runs Node with the sanitizers in it. Leaks are looked for at the end, where `leaks` says so. */
function runSanitized(args: readonly string[], { leaks = false } = {}): SanitizedRun {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      PATH: process.env.PATH,
      LD_PRELOAD: findSanitizerLibrary(),
      // Node leaks something itself: its exit code stays, and the output tells whose a leak is.
      ASAN_OPTIONS: leaks ? 'detect_leaks=1:exitcode=0:malloc_context_size=8' : 'detect_leaks=0',
      UBSAN_OPTIONS: 'print_stacktrace=1',
    },
  });
  return { status, output: stdout + stderr };
}

/** The leaks of memory that was asked for by sources with `path` in their path. */
function findLeaks(output: string, path: string): readonly string[] {
  return output.split('\n\n').filter((part) => /^(In)?direct leak of /im.test(part) && part.includes(path));
}

if (process.platform === 'linux') {
  describe('the sanitizers report', () => {
    const canary = buildCanary();
    const call = (name: string, options = {}) =>
      runSanitized(['--eval', `process.dlopen(module, ${JSON.stringify(canary)}); module.exports.${name}()`], options);

    test('a read beyond the end', () => {
      const { status, output } = call('readBeyondEnd');
      assert.notEqual(status, 0);
      assert.match(output, /AddressSanitizer: heap-buffer-overflow/);
    });

    test('an overflow of an integer', () => {
      const { status, output } = call('overflowInteger');
      assert.notEqual(status, 0);
      assert.match(output, /runtime error: signed integer overflow/);
    });

    test('lost memory', () => {
      const { output } = call('loseMemory', { leaks: true });
      assert.ok(findLeaks(output, '/canary.c').length > 0, output);
    });
  });

  describe('the sanitizers have nothing to report about', () => {
    const addon = buildSanitizedAddon();
    for (const backEnd of ['io_uring', 'mmsg']) {
      test(backEnd, () => {
        const suite = join(root, 'test/native/sanitized-suite.ts');
        const { status, output } = runSanitized([suite, backEnd, addon], { leaks: true });
        assert.doesNotMatch(output, report);
        assert.deepEqual(findLeaks(output, '/native/src/'), []);
        assert.equal(status, 0, output);
        assert.match(output, /^ℹ pass \d\d$/m, 'the suite ran');
      });
    }

    test('io_uring, while the kernel refuses submissions or marks its work late', () => {
      const suite = join(root, 'test/native/adverse-kernel-suite.ts');
      const { status, output } = runSanitized([suite, buildAddonOfAdverseKernel()]);
      assert.doesNotMatch(output, report);
      assert.equal(status, 0, output);
      assert.match(output, /^ℹ pass 5$/m, 'the suite ran');
    });
  });
} else {
  test('the addon is for Linux', () => {
    assert.notEqual(process.platform, 'linux');
  });
}
