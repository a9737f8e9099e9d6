import ts from 'typescript';
import type { HouseRule, Violation } from '../house-rule.ts';
import { lineOf, visitNodes } from '../source-file.ts';

/** Words that say nothing, and what to write in their place. */
const bannedWords = [
  { word: 'manager', instead: 'say what it is: a table, a pool, a supervisor, a store' },
  { word: 'helper', instead: 'name the function by its verb' },
  { word: 'util', instead: 'name the file after the function that it holds' },
  { word: 'utils', instead: 'name the file after the function that it holds' },
  { word: 'misc', instead: 'name the file after the function that it holds' },
] as const;

/** Names that another library asks us to write. Each entry says which. */
const foreignNames: ReadonlyMap<string, string> = new Map([
  ['getMigrations', "kysely's MigrationProvider"],
  ['getExecutor', "kysely's Dialect"],
  ['getParentRoute', "TanStack Router's options of a route"],
  ['getNextPageParam', "TanStack Query's options of an infinite query"],
  ['getScrollElement', "TanStack Virtual's options"],
]);

/** A name says what the thing is or does. */
export const emptyWords: HouseRule = {
  name: `no name says ${[...new Set(bannedWords.map(({ word }) => word))].join(', ')}`,
  appliesTo: () => true,
  check: (file) => {
    const stem = file.path.replace(/^.*\//, '').replace(/\..*$/, '');
    const violations: Violation[] = complain(stem, 1);
    visitNodes(file, (node) => {
      const name = declaredName(node);
      if (name !== undefined) {
        violations.push(...complain(name.text, lineOf(file, name)));
      }
    });
    return violations;
  },
  bad: [
    { path: 'src/turn/table.ts', text: 'export class AllocationManager {}\n' },
    { path: 'src/turn/table.ts', text: 'const writeHelper = 1;\n' },
    { path: 'src/turn/table.ts', text: 'export interface PathUtils {}\n' },
    { path: 'src/base/string-utils.ts', text: 'export const trim = 1;\n' },
    { path: 'src/base/table.ts', text: 'export function f(portManager: unknown): void {}\n' },
  ],
  good: [
    {
      path: 'src/turn/allocation-table.ts',
      text: "import { utils } from 'library';\nexport class AllocationTable {}\n",
    },
  ],
};

function complain(name: string, line: number): Violation[] {
  const words = new Set(splitWords(name));
  return bannedWords
    .filter(({ word }) => words.has(word))
    .map(({ instead }) => ({ line, message: `${name}: ${instead}` }));
}

/** A verb that says what is done; what only returns a thing is named by the thing. */
export const getFunctions: HouseRule = {
  name: 'no function is named get…',
  appliesTo: () => true,
  check: (file) => {
    const violations: Violation[] = [];
    visitNodes(file, (node) => {
      const name = functionName(node);
      if (name !== undefined && /^get([A-Z]|$)/.test(name.text) && !foreignNames.has(name.text)) {
        violations.push({
          line: lineOf(file, name),
          message: `${name.text}: say what is done (read, find, list, derive, count), or name it after what it returns`,
        });
      }
    });
    return violations;
  },
  bad: [
    { path: 'src/turn/a.ts', text: 'export function getLifetime(): number {\n  return 1;\n}\n' },
    { path: 'src/turn/b.ts', text: 'export const getLifetime = (): number => 1;\n' },
    { path: 'src/turn/c.ts', text: 'export class A {\n  getLifetime() {}\n}\n' },
    { path: 'src/turn/d.ts', text: 'export interface A {\n  get(): number;\n}\n' },
    { path: 'src/turn/e.ts', text: 'export interface A {\n  readonly getLifetime: () => number;\n}\n' },
    { path: 'src/turn/f.ts', text: 'export const a = { getLifetime: () => 1 };\n' },
  ],
  good: [
    { path: 'src/turn/a.ts', text: 'export const lifetime = new Map().get(1);\n' },
    { path: 'src/turn/b.ts', text: 'export class A {\n  get lifetimeMs() {\n    return 1;\n  }\n}\n' },
  ],
};

/** The name of a declared function or method, or of what holds a function. */
function functionName(node: ts.Node): ts.Identifier | undefined {
  const holdsFunction =
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isMethodSignature(node) ||
    (ts.isPropertySignature(node) && node.type !== undefined && ts.isFunctionTypeNode(node.type)) ||
    ((ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node)) &&
      node.initializer !== undefined &&
      (ts.isArrowFunction(node.initializer) || ts.isFunctionExpression(node.initializer)));
  return holdsFunction && node.name !== undefined && ts.isIdentifier(node.name) ? node.name : undefined;
}

/** The name that a node gives to something of ours; imports keep the names of others. */
function declaredName(node: ts.Node): ts.Identifier | undefined {
  const declares =
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isMethodSignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isPropertySignature(node);
  return declares && node.name !== undefined && ts.isIdentifier(node.name) ? node.name : undefined;
}

/** `maxLifetimeMs`, `MAX_LIFETIME` and `max-lifetime` as their lower-case words. */
export function splitWords(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .split(/[-_.]/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}
