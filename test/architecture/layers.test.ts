import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root } from '../../scripts/bootstrap/root.mjs';
import { findLayerViolations, type LayerReport } from './find-layer-violations.ts';
import { layers, listLayerRules } from './layer-rules.ts';

/** Fewer modules than this means that the check looked at the wrong place, not that the project shrank. */
const modulesMin = 60;

test('the sources keep to their layers', async () => {
  const { moduleCount, violations } = await findLayerViolations(root, ['src', 'dashboard/src']);
  assert.ok(moduleCount >= modulesMin, `saw ${moduleCount} modules of src/, and expects ${modulesMin} at least`);
  assert.deepEqual(
    violations.map(({ rule, from, to }) => `${rule}: ${from} imports ${to}`),
    [],
  );
});

test('every folder of src/ is a layer', () => {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true });
  assert.deepEqual(
    folders.filter((entry) => !entry.isDirectory() || !Object.hasOwn(layers, entry.name)).map(({ name }) => name),
    [],
  );
});

test('imports point down: no layer reaches itself through what it may import', () => {
  const reachable = (layer: string, seen: Set<string>): Set<string> => {
    for (const below of layers[layer as keyof typeof layers]) {
      if (!seen.has(below)) {
        seen.add(below);
        reachable(below, seen);
      }
    }
    return seen;
  };
  for (const layer of Object.keys(layers)) {
    assert.equal(reachable(layer, new Set()).has(layer), false, `${layer} reaches itself`);
  }
});

/** A tree that breaks every rule once; each line says which rule must name which file. */
const brokenTree: readonly { readonly rule: string; readonly path: string; readonly text: string }[] = [
  ...Object.keys(layers).map((layer) => ({
    rule: `${layer}-imports-what-is-below`,
    path: `src/${layer}/reaches-up.ts`,
    // app may import every layer but cli, which in turn may not import store.
    text: `import type { target } from '../${layer === 'cli' ? 'store' : 'cli'}/target.ts';\nexport type T = typeof target;\n`,
  })),
  { rule: 'relay-imports-what-is-below', path: 'src/relay/plane.ts', text: "import '../control/target.ts';\n" },
  { rule: 'control-imports-what-is-below', path: 'src/control/plane.ts', text: "import '../turn/target.ts';\n" },
  { rule: 'http-imports-what-is-below', path: 'src/http/plane.ts', text: "import '../relay/target.ts';\n" },
  { rule: 'http-imports-what-is-below', path: 'src/http/wires.ts', text: "import '../app/target.ts';\n" },
  {
    rule: 'the-dashboard-imports-nothing-of-the-service',
    path: 'dashboard/src/reach.ts',
    text: "import '../../src/base/target.ts';\n",
  },
  { rule: 'core-imports-nothing-of-node', path: 'src/turn/io.ts', text: "import 'node:fs';\n" },
  {
    rule: 'core-imports-nothing-of-node',
    path: 'src/stun/io.ts',
    text: "export const fs = process.getBuiltinModule('node:fs');\n",
  },
  { rule: 'core-imports-no-package', path: 'src/base/package.ts', text: "import 'library';\n" },
  { rule: 'no-cycle', path: 'src/base/circle.ts', text: "import type {} from './round.ts';\n" },
  { rule: 'source-imports-no-test', path: 'src/app/tested.ts', text: "import './target.test.ts';\n" },
  { rule: 'source-imports-no-development-package', path: 'src/app/dev.ts', text: "import 'tool';\n" },
  { rule: 'everything-resolves', path: 'src/app/lost.ts', text: "import './nowhere.ts';\n" },
];

describe('a broken tree', () => {
  const tree = mkdtempSync(join(tmpdir(), 'taciturn-layers-'));
  let report: LayerReport;

  before(async () => {
    const write = (path: string, text: string): void => {
      mkdirSync(join(tree, dirname(path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    };
    const manifest = { type: 'module', dependencies: { library: '1.0.0' }, devDependencies: { tool: '1.0.0' } };
    write('package.json', JSON.stringify(manifest));
    for (const name of ['library', 'tool']) {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
      write(`node_modules/${name}/index.js`, '');
    }
    for (const layer of Object.keys(layers)) {
      write(`src/${layer}/target.ts`, 'export const target = 1;\n');
    }
    write('src/base/round.ts', "import './circle.ts';\n");
    write('src/app/target.test.ts', "import '../cli/target.ts';\n");
    for (const { path, text } of brokenTree) {
      write(path, text);
    }
    report = await findLayerViolations(tree, ['src', 'dashboard']);
  });

  after(() => rmSync(tree, { recursive: true }));

  for (const { rule, path } of brokenTree) {
    test(`${rule} catches ${path}`, () => {
      assert.ok(
        report.violations.some((violation) => violation.rule === rule && violation.from === path),
        JSON.stringify(report.violations, null, 2),
      );
    });
  }

  test('has an example for each rule', () => {
    const examples = new Set(brokenTree.map(({ rule }) => rule));
    assert.deepEqual(
      listLayerRules()
        .map(({ name }) => name)
        .filter((name) => !examples.has(name ?? '')),
      [],
    );
  });

  test('lets tests reach anywhere', () => {
    assert.equal(
      report.violations.some(({ from }) => from === 'src/app/target.test.ts'),
      false,
    );
  });
});
