import { execFileSync } from 'node:child_process';
import { root } from '../bootstrap/root.mjs';
import type { LockedPackage } from './read-lock.ts';

/** What is read of a CycloneDX document; npm writes more. */
export interface Sbom {
  readonly bomFormat: string;
  readonly components: readonly SbomComponent[];
  readonly dependencies: readonly SbomDependency[];
}

export interface SbomComponent {
  /** How the list of dependencies names it: `name@version`. */
  readonly 'bom-ref': string;
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

export interface SbomDependency {
  readonly ref: string;
  readonly dependsOn: readonly string[];
}

/**
 * The bill of materials of what is shipped, as CycloneDX, by npm from the lock file. What only development needs is left
 * out here: npm's own `--omit dev` also leaves out packages that both need, as `semver`, which fastify imports.
 */
export function readSbom(packages: readonly LockedPackage[]): Sbom {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const text = execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const whole = JSON.parse(text) as Sbom;
  const tools = new Set(packages.filter(({ isDevelopment }) => isDevelopment).map(nameWithVersion));
  for (const entry of packages.filter(({ isDevelopment }) => !isDevelopment)) {
    tools.delete(nameWithVersion(entry));
  }
  return {
    ...whole,
    components: whole.components.filter((component) => !tools.has(component['bom-ref'])),
    dependencies: whole.dependencies
      .filter(({ ref }) => !tools.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((name) => !tools.has(name)) })),
  };
}

function nameWithVersion({ name, version }: LockedPackage): string {
  return `${name}@${version}`;
}
