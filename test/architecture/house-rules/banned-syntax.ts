import ts from 'typescript';
import type { HouseRule, Violation } from '../house-rule.ts';
import { isTestCode, lineOf, type SourceFile, visitNodes } from '../source-file.ts';

/** A rule about one form of syntax: `find` answers what to do instead, where a node has it. */
function banSyntax(
  name: string,
  appliesTo: (path: string) => boolean,
  find: (node: ts.Node) => string | undefined,
  examples: Pick<HouseRule, 'bad' | 'good'>,
): HouseRule {
  return {
    name,
    appliesTo,
    check: (file: SourceFile) => {
      const violations: Violation[] = [];
      visitNodes(file, (node) => {
        const message = find(node);
        if (message !== undefined) {
          violations.push({ line: lineOf(file, node), message });
        }
      });
      return violations;
    },
    ...examples,
  };
}

const everywhere = (): boolean => true;

/** Node strips types and runs the rest, so what is left after stripping must be the language. */
export const enums = banSyntax(
  'no enum and no namespace',
  everywhere,
  (node) => {
    if (ts.isEnumDeclaration(node)) {
      return 'enum: use a union of literals, or constants with `as const`';
    }
    return ts.isModuleDeclaration(node) &&
      (node.flags & ts.NodeFlags.GlobalAugmentation) === 0 &&
      !ts.isStringLiteral(node.name)
      ? 'namespace: a module is one already'
      : undefined;
  },
  {
    bad: [
      { path: 'src/turn/a.ts', text: 'export enum Kind {\n  A,\n}\n' },
      { path: 'src/turn/b.ts', text: 'export const enum Kind {\n  A,\n}\n' },
      { path: 'src/turn/c.ts', text: 'export namespace A {\n  export const b = 1;\n}\n' },
    ],
    good: [{ path: 'src/turn/a.ts', text: "export type Kind = 'a' | 'b';\ndeclare module 'x' {}\n" }],
  },
);

/** The tools that ask for a default export. */
const wantsDefaultExport = /^scripts\/testing\/event-reporter\.mjs$|\.config\.(ts|mjs|js)$/;

/** A name that is imported is the name that is searched for. */
export const defaultExports = banSyntax(
  'no default export outside configuration',
  (path) => !wantsDefaultExport.test(path),
  (node) => {
    const isDefault =
      (ts.isExportAssignment(node) && node.isExportEquals !== true) ||
      (ts.canHaveModifiers(node) &&
        ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true) ||
      (ts.isExportSpecifier(node) && node.name.text === 'default');
    return isDefault ? 'default export: export it by its name' : undefined;
  },
  {
    bad: [
      { path: 'src/turn/a.ts', text: 'export default function a(): void {}\n' },
      { path: 'src/turn/b.ts', text: 'const b = 1;\nexport default b;\n' },
      { path: 'src/turn/c.ts', text: 'const c = 1;\nexport { c as default };\n' },
    ],
    good: [
      { path: 'src/turn/a.ts', text: 'export function a(): void {}\n' },
      { path: 'vite.config.ts', text: 'export default {};\n' },
    ],
  },
);

/** Where packets are decided on. */
function isPacketPath(path: string): boolean {
  return /^src\/(stun|turn)\//.test(path) && !isTestCode(path);
}

/** A decision of the packet path is a value; what throws there is a bug, and ends the worker. */
export const packetPathTries = banSyntax(
  'no try in the STUN codec and the TURN server',
  isPacketPath,
  (node) => (ts.isTryStatement(node) ? 'try: return a failure as a value' : undefined),
  {
    bad: [
      { path: 'src/stun/a.ts', text: 'try {\n  work();\n} catch {}\n' },
      { path: 'src/turn/a.ts', text: 'try {\n  work();\n} finally {\n}\n' },
    ],
    good: [{ path: 'src/turn/a.ts', text: 'export const a = work();\n' }],
  },
);

/** One input, then drain: nothing in the core waits. */
export const packetPathPromises = banSyntax(
  'nothing is asynchronous in the STUN codec and the TURN server',
  isPacketPath,
  (node) => {
    const isAsynchronous =
      ts.isAwaitExpression(node) ||
      node.kind === ts.SyntaxKind.AsyncKeyword ||
      (ts.isIdentifier(node) && node.text === 'Promise');
    return isAsynchronous ? 'a promise: queue a command, and take its result as an input' : undefined;
  },
  {
    bad: [
      { path: 'src/turn/a.ts', text: 'export async function a() {}\n' },
      { path: 'src/turn/b.ts', text: 'export const b = Promise.resolve();\n' },
    ],
    good: [{ path: 'src/turn/a.ts', text: 'export function a(): void {}\n' }],
  },
);

/** A file that only passes on what others export hides where things are. */
export const barrels: HouseRule = {
  name: 'no file only exports again what others export',
  appliesTo: everywhere,
  check: ({ tree, path }) => {
    const statements = tree.statements;
    const isBarrel =
      statements.some(isReExport) && statements.every((node) => isReExport(node) || ts.isImportDeclaration(node));
    return isBarrel || /(^|\/)index\.(ts|mjs)$/.test(path)
      ? [{ line: 1, message: 'a barrel: import each thing from the file that is named after it' }]
      : [];
  },
  bad: [
    { path: 'src/turn/all.ts', text: "export * from './server.ts';\nexport { Command } from './command.ts';\n" },
    { path: 'src/turn/some.ts', text: "import { a } from './a.ts';\nexport { a };\n" },
    { path: 'src/turn/index.ts', text: 'export const a = 1;\n' },
  ],
  good: [{ path: 'src/turn/server.ts', text: "import { a } from './a.ts';\nexport const b = a;\n" }],
};

function isReExport(node: ts.Statement): boolean {
  return ts.isExportDeclaration(node);
}

/** The build rewrites the endings of imports, and of nothing else. */
export const sourceUrls = banSyntax(
  'no URL names a source by its ending',
  (path) => path.startsWith('src/') && !isTestCode(path),
  (node) => {
    const first = ts.isNewExpression(node) ? node.arguments?.[0] : undefined;
    const isSource = first !== undefined && ts.isStringLiteralLike(first) && /^\.{1,2}\/.*\.ts$/.test(first.text);
    return isSource ? 'a URL with .ts: take the ending from import.meta.filename, which the build changes' : undefined;
  },
  {
    bad: [{ path: 'src/app/a.ts', text: "new Worker(new URL('./relay-worker.ts', import.meta.url));\n" }],
    good: [{ path: 'src/app/a.ts', text: "new URL('../../package.json', import.meta.url);\n" }],
  },
);
