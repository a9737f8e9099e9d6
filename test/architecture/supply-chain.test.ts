import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../scripts/bootstrap/root.mjs';
import { formatLicenses } from '../../scripts/supply-chain/format-licenses.ts';
import { type LockedPackage, readLock } from '../../scripts/supply-chain/read-lock.ts';
import { readSbom } from '../../scripts/supply-chain/read-sbom.ts';

/** Whoever ships the service has to do nothing for these but pass the text on. */
const SHIPPED_LICENSES = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Unlicense',
];
/** Tools that run here and are passed on to nobody may have others. */
const TOOL_LICENSES = ['(MIT AND Zlib)', '(MIT OR CC0-1.0)', 'MIT OR Apache-2.0', 'MPL-2.0', 'Python-2.0'];

const packages = readLock();
const shipped = packages.filter(({ isDevelopment, isOurs }) => !isDevelopment && !isOurs);

describe('the packages of the lock file', () => {
  test('run nothing when they are installed, but our own addon is built', () => {
    assert.deepEqual(namesOf(packages.filter(({ hasInstallScript }) => hasInstallScript)), []);
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: { postinstall: string };
    };
    assert.equal(manifest.scripts.postinstall, 'node native/install.mjs');
  });

  test('are pinned by the hash of their archive', () => {
    const pinned = packages.filter(({ integrity }) => integrity?.startsWith('sha512-') === true);
    const ours = packages.filter(({ isOurs }) => isOurs);
    assert.ok(ours.length > 0 && shipped.length > 20, 'the lock file was read');
    assert.deepEqual(namesOf(packages.filter((entry) => !pinned.includes(entry) && !ours.includes(entry))), []);
  });

  test('have licences that let them be used so', () => {
    const allowed = (entry: LockedPackage) =>
      entry.isOurs ||
      SHIPPED_LICENSES.includes(entry.license ?? '') ||
      (entry.isDevelopment && TOOL_LICENSES.includes(entry.license ?? ''));
    assert.deepEqual(
      packages.filter((entry) => !allowed(entry)).map(({ name, license }) => `${name}: ${license}`),
      [],
    );
  });
});

describe('what a build says of its parts', () => {
  test('the bill of materials names each shipped package once, with its version and hash', () => {
    const { bomFormat, components } = readSbom(packages);
    assert.equal(bomFormat, 'CycloneDX');
    const listed = components.filter(({ hashes }) => hashes !== undefined);
    assert.deepEqual(
      new Set(listed.map(({ purl }) => decodeURIComponent(purl.split('?')[0] ?? ''))),
      new Set(shipped.filter(({ name }) => !name.startsWith('@taciturn/')).map(purlOf)),
    );
    for (const { purl, hashes = [] } of listed) {
      assert.match(hashes.map(({ alg, content }) => `${alg} ${content}`).join(), /^SHA-512 [0-9a-f]{128}$/, purl);
    }
  });

  test('the list of licences has a row and a text for each package that is installed', () => {
    const list = formatLicenses(packages);
    for (const { name, version, license } of shipped) {
      assert.ok(list.includes(`| ${name} | ${version} | ${license} |`), name);
    }
    assert.match(list, /## .*fastify 5[\s\S]*Permission is hereby granted/);
    assert.doesNotMatch(list, /## [^\n]*typescript/);
  });
});

function purlOf({ name, version }: LockedPackage): string {
  return `pkg:npm/${name}@${version}`;
}

function namesOf(entries: readonly LockedPackage[]): readonly string[] {
  return entries.map(({ name, version }) => `${name}@${version}`);
}
