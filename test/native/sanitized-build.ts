import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBuildTools } from '../../native/find-build-tools.mjs';
import { root } from '../../scripts/bootstrap/root.mjs';

const native = join(root, 'native');
const flags = ['-shared', '-fPIC', '-std=gnu11', '-g', '-O1', '-fno-omit-frame-pointer'];
const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const defines = ['-D_GNU_SOURCE', '-DNAPI_VERSION=8'];

/** The addon as its sources are, with both sanitizers. */
export function buildSanitizedAddon(): string {
  const files = readdirSync(join(native, 'src')).map((name) => join(native, 'src', name));
  return build('sanitized-addon', files.sort());
}

/** The same, but the kernel seems to be as `adverse-kernel.c` says. */
export function buildAddonOfAdverseKernel(): string {
  const files = readdirSync(join(native, 'src')).map((name) => join(native, 'src', name));
  return build(
    'adverse-kernel-addon',
    [...files.sort(), join(root, 'test/native/adverse-kernel.c')],
    ['-Dsyscall=adverse_syscall'],
  );
}

/** An addon of faults that the sanitizers must report. */
export function buildCanary(): string {
  return build('sanitized-canary', [join(root, 'test/native/canary.c')]);
}

/** The library that has to be in the process before its own: Node was not built with the sanitizer. */
export function findSanitizerLibrary(): string {
  return run('gcc', ['-print-file-name=libasan.so']).trim();
}

/** Compiles, unless it did so before; the name of what it makes tells of which sources. */
function build(name: string, files: readonly string[], more: readonly string[] = []): string {
  const compiled = files.filter((file) => file.endsWith('.c'));
  const command = [...flags, ...sanitizers, ...defines, `-I${findHeaders()}`, ...more, ...compiled];
  const hash = createHash('sha256').update(command.join('\n'));
  for (const file of files) {
    hash.update(readFileSync(file));
  }
  const folder = join(native, 'build', 'sanitized');
  const path = join(folder, `${name}-${hash.digest('hex').slice(0, 16)}.node`);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    for (const former of readdirSync(folder).filter((each) => each.startsWith(name))) {
      rmSync(join(folder, former));
    }
    const unfinished = `${path}.${process.pid}`;
    run('gcc', [...command, '-o', unfinished]);
    renameSync(unfinished, path);
  }
  return path;
}

function findHeaders(): string {
  return join(findBuildTools(native).headers, 'include', 'node');
}

/** What the command printed. */
function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${command} failed: ${error?.message ?? stderr}`);
  }
  return stdout;
}
