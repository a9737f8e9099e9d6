import ts from 'typescript';
import type { HouseRule, Violation } from '../house-rule.ts';
import { isCore, isTestCode, lineOf, visitNodes } from '../source-file.ts';

interface BannedCall {
  /** As it is written: `Date.now`, `new Date`, `console`. */
  readonly name: string;
  readonly instead: string;
}

/** A rule about names that are used, wherever they come from. */
function banCalls(
  name: string,
  appliesTo: (path: string) => boolean,
  banned: readonly BannedCall[],
  good: HouseRule['good'],
  examplePath: string,
): HouseRule {
  const insteadOf = new Map(banned.map((entry) => [entry.name, entry.instead]));
  return {
    name,
    appliesTo,
    check: (file) => {
      const violations: Violation[] = [];
      visitNodes(file, (node) => {
        const used = nameUsed(node);
        const match = used.find((candidate) => insteadOf.has(candidate));
        if (match !== undefined) {
          violations.push({ line: lineOf(file, node), message: `${match}: ${insteadOf.get(match)}` });
        }
      });
      return violations;
    },
    bad: banned.map((entry) => ({
      path: examplePath,
      text: `${entry.name}${entry.name.includes('.') || entry.name.startsWith('new ') ? '' : '.member'}();\n`,
    })),
    good,
  };
}

/** The names by which a node uses something: `a.b` as `a.b`, `.b` and, at its left end, `a`; `new A` as `new A`. */
function nameUsed(node: ts.Node): readonly string[] {
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
    return [`new ${node.expression.text}`];
  }
  if (ts.isPropertyAccessExpression(node)) {
    const member = `.${node.name.text}`;
    return ts.isIdentifier(node.expression)
      ? [`${node.expression.text}${member}`, member, node.expression.text]
      : [member];
  }
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) ? [node.expression.text] : [];
}

/** tsconfig.core.json refuses what has no type; these have one. */
export const coreClocks = banCalls(
  'the core reads no clock and no randomness',
  isCore,
  [
    { name: 'Date.now', instead: 'take `now: Instant` as an argument' },
    { name: 'new Date', instead: 'take `UnixMs` as an argument' },
    { name: 'Math.random', instead: 'take `Random` as an argument' },
    { name: 'performance.now', instead: 'take `now: Instant` as an argument' },
    { name: 'setTimeout', instead: 'set a deadline in the heap' },
    { name: 'globalThis', instead: 'take what you need as an argument' },
    { name: 'process', instead: 'take what you need as an argument' },
  ],
  [
    { path: 'src/turn/a.ts', text: 'export const a = Math.max(1, 2);\n' },
    { path: 'src/http/a.ts', text: 'export const a = Date.now();\n' },
    { path: 'src/turn/a.test.ts', text: 'const a = Date.now();\n' },
  ],
  'src/turn/a.ts',
);

/** Logs have levels, fields and redaction; a print has none. */
export const consoles = banCalls(
  'nothing prints but the command line',
  (path) => path.startsWith('src/') && !path.startsWith('src/cli/') && !isTestCode(path),
  [{ name: 'console', instead: 'write to the log of src/observe, or let src/cli print' }],
  [
    { path: 'src/cli/a.ts', text: 'console.log();\n' },
    { path: 'scripts/a.ts', text: 'console.log();\n' },
  ],
  'src/app/a.ts',
);

/** Memory that was not cleared holds what was there before, and a wrong length sends it to a peer. */
export const unsafeBuffers = banCalls(
  'no memory is handed out uncleared',
  (path) => path.startsWith('src/'),
  [
    { name: '.allocUnsafe', instead: 'use `new Uint8Array(length)`, or Buffer.alloc' },
    { name: '.allocUnsafeSlow', instead: 'use `new Uint8Array(length)`, or Buffer.alloc' },
    { name: 'new Buffer', instead: 'use `new Uint8Array(length)`, or Buffer.from' },
  ].map(({ name, instead }) => ({ name: name.startsWith('.') ? `Buffer${name}` : name, instead })),
  [{ path: 'src/relay/a.ts', text: 'Buffer.alloc(1);\n' }],
  'src/relay/a.ts',
);

/** What is skipped proves nothing, and what runs alone hides the rest. */
export const skippedTests: HouseRule = {
  name: 'no test is skipped, unwritten or run alone',
  appliesTo: isTestCode,
  check: (file) => {
    const violations: Violation[] = [];
    visitNodes(file, (node) => {
      const name = ts.isPropertyAccessExpression(node) ? node.name.text : testOption(node);
      if (name !== undefined && ['skip', 'only', 'todo'].includes(name)) {
        violations.push({ line: lineOf(file, node), message: `${name}: make the test run, or remove it` });
      }
    });
    return violations;
  },
  bad: [
    { path: 'src/turn/a.test.ts', text: "test.skip('a', () => {});\n" },
    { path: 'src/turn/b.test.ts', text: "describe.only('a', () => {});\n" },
    { path: 'src/turn/c.test.ts', text: "test('a', { skip: true }, () => {});\n" },
    { path: 'src/turn/d.test.ts', text: "test('a', { todo: 'later' }, () => {});\n" },
    { path: 'src/turn/e.test.ts', text: "test('a', (t) => {\n  t.skip();\n});\n" },
  ],
  good: [{ path: 'src/turn/a.test.ts', text: "test('a', { timeout: 1 }, () => {});\n" }],
};

/** The name of an option of a call to a test function. */
function testOption(node: ts.Node): string | undefined {
  if (!ts.isPropertyAssignment(node) || !ts.isIdentifier(node.name)) {
    return undefined;
  }
  const call = node.parent.parent;
  const isTest =
    ts.isCallExpression(call) &&
    ts.isIdentifier(call.expression) &&
    ['describe', 'it', 'suite', 'test'].includes(call.expression.text);
  return isTest ? node.name.text : undefined;
}
