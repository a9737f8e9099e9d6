import { spawnSync } from 'node:child_process';
import type { TestKind } from './test-kinds.ts';

/** The Debian packages whose programs a kind of test needs and this machine does not have. */
export function findMissingPackages(kind: TestKind): readonly string[] {
  return kind.programs
    .filter(({ probe: [command, ...args] }) => !canStart(command, args))
    .map(({ debianPackage }) => debianPackage);
}

/** Whether the command is there; an interpreter must also succeed, since its probe asks for one of its libraries. */
function canStart(command: string, args: readonly string[]): boolean {
  const { error, status } = spawnSync(command, args, { stdio: 'ignore', timeout: 30_000 });
  return error === undefined && (!command.endsWith('python3') || status === 0);
}
