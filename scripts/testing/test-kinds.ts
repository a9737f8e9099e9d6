/** A kind of test: where its files lie, how many run at once, and which programs it needs beside Node. */
export interface TestKind {
  readonly name: string;
  /** Folders below the repository, searched for `*.test.ts`. */
  readonly folders: readonly string[];
  /** Files that run at the same time. Those that open ports or measure time run alone. */
  readonly concurrency: number;
  readonly programs: readonly RequiredProgram[];
}

/** A program that a test starts, and the Debian package that brings it. */
export interface RequiredProgram {
  readonly debianPackage: string;
  /** A command that succeeds where the program is there. */
  readonly probe: readonly [string, ...string[]];
}

const chromium: RequiredProgram = { debianPackage: 'chromium', probe: ['chromium', '--version'] };
const certutil: RequiredProgram = { debianPackage: 'libnss3-tools', probe: ['certutil', '--help'] };
const coturnClient: RequiredProgram = { debianPackage: 'coturn', probe: ['turnutils_uclient', '-h'] };
const aioice: RequiredProgram = { debianPackage: 'python3-aioice', probe: ['/usr/bin/python3', '-c', 'import aioice'] };
const openssl: RequiredProgram = { debianPackage: 'openssl', probe: ['openssl', 'version'] };
const curl: RequiredProgram = { debianPackage: 'curl', probe: ['curl', '--version'] };
const unshare: RequiredProgram = { debianPackage: 'util-linux', probe: ['unshare', '--version'] };
const systemdAnalyze: RequiredProgram = { debianPackage: 'systemd', probe: ['systemd-analyze', '--version'] };
const gcc: RequiredProgram = { debianPackage: 'gcc', probe: ['gcc', '--version'] };

/** Every kind, in the order in which they run: what is fast and explains most comes first. */
export const testKinds: readonly TestKind[] = [
  { name: 'unit', folders: ['src', 'scripts', 'bench', 'examples'], concurrency: 2, programs: [] },
  { name: 'architecture', folders: ['test/architecture'], concurrency: 2, programs: [] },
  { name: 'conformance', folders: ['test/conformance'], concurrency: 2, programs: [] },
  { name: 'simulation', folders: ['test/simulation'], concurrency: 2, programs: [] },
  { name: 'native', folders: ['test/native'], concurrency: 1, programs: [gcc] },
  { name: 'integration', folders: ['test/integration'], concurrency: 1, programs: [openssl, systemdAnalyze] },
  { name: 'interop', folders: ['test/interop'], concurrency: 1, programs: [coturnClient, aioice, openssl, curl] },
  { name: 'browser', folders: ['test/browser'], concurrency: 1, programs: [chromium, certutil, openssl] },
  { name: 'fault', folders: ['test/fault'], concurrency: 1, programs: [unshare] },
];
