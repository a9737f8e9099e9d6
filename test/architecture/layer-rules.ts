import type { IFlattenedRuleSet } from 'dependency-cruiser';

/**
 * What each folder of src/ may import beside itself: the design's tree, imports pointing down. The planes (relay and
 * turn on one side, control and what sits on it on the other) meet in contract/ (words) and app/ (wires) alone.
 */
export const layers = {
  base: [],
  contract: ['base'],
  stun: ['base'],
  turn: ['base', 'stun', 'contract'],
  config: ['base'],
  observe: ['base'],
  relay: ['base', 'contract', 'stun', 'turn', 'observe'],
  control: ['base', 'contract'],
  store: ['base', 'contract', 'control'],
  bus: ['base', 'contract', 'control'],
  webhooks: ['base', 'contract', 'control', 'observe'],
  http: ['base', 'contract', 'control', 'config', 'observe'],
  app: [
    'base',
    'contract',
    'stun',
    'turn',
    'relay',
    'control',
    'store',
    'bus',
    'webhooks',
    'http',
    'config',
    'observe',
  ],
  load: ['base', 'stun', 'relay', 'app'],
  cli: ['base', 'contract', 'control', 'config', 'observe', 'app', 'load'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The layers that are sans-IO: pure functions and data, proved by tsconfig.core.json too. */
export const coreLayers = ['base', 'contract', 'stun', 'turn'] as const;

/** Tests, suites and what serves them alone: they may reach anywhere, and nothing may reach them. */
export const testCode = '\\.(test|suite)\\.ts$|\\.test-support\\.ts$|/test-support/';

const packages = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'npm-bundled'] as const;

type Rule = NonNullable<IFlattenedRuleSet['forbidden']>[number];

/** One rule for each layer, and those that hold for all of them, in the words of dependency-cruiser. */
export function listLayerRules(): readonly Rule[] {
  return [
    ...Object.entries(layers).map(([layer, allowed]) => forbidOtherLayers(layer, allowed)),
    {
      name: 'the-dashboard-imports-nothing-of-the-service',
      severity: 'error',
      comment: 'It knows the service by its API alone, as any client does.',
      from: { path: '^dashboard/' },
      to: { path: '^(src|scripts|test|bench|examples)/' },
    },
    {
      name: 'core-imports-nothing-of-node',
      severity: 'error',
      comment: 'The core is sans-IO: time, randomness and hashing are arguments.',
      from: { path: `^src/(${coreLayers.join('|')})/`, pathNot: testCode },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-imports-no-package',
      severity: 'error',
      comment: 'The core depends on the language alone.',
      from: { path: `^src/(${coreLayers.join('|')})/`, pathNot: testCode },
      to: { dependencyTypes: [...packages] },
    },
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'Two modules that need each other are one module, or want a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'source-imports-no-test',
      severity: 'error',
      comment: 'What ships does not reach into tests, scripts, examples or benches.',
      from: { path: '^src/', pathNot: testCode },
      to: { path: `^(test|scripts|examples|bench)/|${testCode}` },
    },
    {
      name: 'source-imports-no-development-package',
      severity: 'error',
      comment: 'A development package is not there when the service is installed.',
      from: { path: '^src/', pathNot: testCode },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      comment: 'An import that leads nowhere would hide from every other rule.',
      from: {},
      to: { couldNotResolve: true },
    },
  ];
}

function forbidOtherLayers(layer: string, allowed: readonly string[]): Rule {
  return {
    name: `${layer}-imports-what-is-below`,
    severity: 'error',
    comment: `${layer} may import ${allowed.length === 0 ? 'nothing' : allowed.join(', ')}.`,
    from: { path: `^src/${layer}/`, pathNot: testCode },
    to: { path: '^src/', pathNot: `^src/(${[layer, ...allowed].join('|')})/` },
  };
}
