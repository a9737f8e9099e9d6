import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import ts from 'typescript';
import { root } from '../../scripts/bootstrap/root.mjs';
import { testKinds } from '../../scripts/testing/test-kinds.ts';
import { assertLimits } from '../../src/base/limits.ts';
import { isCore, parseSource, readSource, type SourceFile, visitNodes } from './source-file.ts';
import { findLines, textRules } from './text-rules.ts';
import { listFiles, readTexts } from './tree.ts';

const files = listFiles(root);

test('files and folders are in kebab-case', () => {
  assert.deepEqual(
    files.filter((path) => !isKebabCase(path)),
    [],
  );
  for (const path of ['src/turn/portPool.ts', 'src/Turn/pool.ts', 'docs/port_pool.md', 'src/turn/PortPool.ts']) {
    assert.equal(isKebabCase(path), false, path);
  }
});

/** Words that tools and readers expect in capitals keep them. */
function isKebabCase(path: string): boolean {
  return path.split('/').every((part, index, parts) => {
    const isFile = index === parts.length - 1;
    return (
      /^\.?[a-z0-9]+([-.][a-z0-9]+)*$/.test(part) ||
      (isFile && /^([A-Z]+\.md|LICENSE|Dockerfile(\.[a-z-]+)?)$/.test(part)) ||
      parts[0] === '.github'
    );
  });
}

test('every test file belongs to a kind that `npm test` runs', () => {
  const folders = testKinds.flatMap((kind) => kind.folders);
  const orphans = files.filter(
    (path) =>
      /\.(test|spec)\.\w+$/.test(path) &&
      !(path.endsWith('.test.ts') && folders.some((folder) => path.startsWith(`${folder}/`))),
  );
  assert.deepEqual(orphans, []);
});

/** Sources of the core without a test file of their own, and where they are tested instead. */
const testedElsewhere: ReadonlyMap<string, string> = new Map([]);

describe('tests beside the core', () => {
  test('every source that does something has one', () => {
    const present = new Set(files);
    const untested = files.filter(
      (path) =>
        isCore(path) &&
        path.endsWith('.ts') &&
        !testedElsewhere.has(path) &&
        !present.has(path.replace(/\.ts$/, '.test.ts')) &&
        doesSomething(readSource(root, path)),
    );
    assert.deepEqual(untested, []);
  });

  test('a source of types and constants needs none', () => {
    assert.equal(
      doesSomething(parseSource('a.ts', 'export interface A {\n  b(): void;\n}\nexport const C = 1;\n')),
      false,
    );
    assert.equal(doesSomething(parseSource('a.ts', 'export function a(): void {}\n')), true);
    assert.equal(doesSomething(parseSource('a.ts', 'export const a = (): void => {};\n')), true);
  });

  test('no exemption is left over', () => {
    const leftOver = [...testedElsewhere].filter(
      ([path, test]) =>
        !files.includes(path) || !files.includes(test) || files.includes(path.replace(/\.ts$/, '.test.ts')),
    );
    assert.deepEqual(leftOver, []);
  });
});

/** Whether a file has a function with a body. */
function doesSomething(file: SourceFile): boolean {
  let found = false;
  visitNodes(file, (node) => {
    found ||= ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
  });
  return found;
}

describe('limits', () => {
  test('hold their relations', () => assertLimits());

  test('are asserted when the service starts', () => {
    const starters = files.filter((path) => path.startsWith('src/app/') && path.endsWith('.ts'));
    assert.ok(starters.some((path) => /\bassertLimits\(\)/.test(readFileSync(join(root, path), 'utf8'))));
  });

  test('are each kept somewhere', () => {
    const { tree } = readSource(root, 'src/base/limits.ts');
    const names = tree.statements.flatMap((node) =>
      ts.isVariableStatement(node) ? node.declarationList.declarations.map(({ name }) => name.getText(tree)) : [],
    );
    assert.ok(names.length > 0);
    const code = files
      .filter((path) => path.startsWith('src/') && path.endsWith('.ts') && path !== 'src/base/limits.ts')
      .map((path) => readFileSync(join(root, path), 'utf8'))
      .join('\n');
    assert.deepEqual(
      names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code)),
      [],
    );
  });
});

describe('text', () => {
  const texts = readTexts(root);
  for (const rule of textRules) {
    test(rule.name, () => {
      const violations = texts.flatMap(({ path, text }) => findLines(rule, text).map((line) => `${path}:${line}`));
      assert.deepEqual(violations, [], rule.instead);
    });

    test(`the check that ${rule.name} works`, () => {
      assert.deepEqual(
        rule.bad.filter((text) => findLines(rule, text).length === 0),
        [],
      );
      assert.deepEqual(
        rule.good.filter((text) => findLines(rule, text).length > 0),
        [],
      );
    });
  }

  test('every file ends in one line feed', () => {
    assert.deepEqual(
      texts.filter(({ text }) => text !== '' && !/[^\n]\n$/.test(text)).map(({ path }) => path),
      [],
    );
  });
});
