import ts from 'typescript';
import type { HouseRule } from '../house-rule.ts';
import { isTestCode, type SourceFile } from '../source-file.ts';
import { splitWords } from './banned-names.ts';

/** Files that are named after something else than an export, and why. */
export const namedOtherwise: ReadonlyMap<string, string> = new Map([
  ['src/contract/ids.ts', 'holds the identifiers that both planes pass, each too small for a file'],
  ['src/stun/demux.ts', "named by the RFC's word for telling protocols on one port apart"],
  ['src/stun/registry/error-codes.ts', "named after IANA's registry, whose entries it holds"],
  ['src/stun/attributes/turn-values.ts', 'holds the attributes whose value is one number, each too small for a file'],
  ['dashboard/src/api/client.ts', 'is the one client of the API, and exports what calls it'],
]);

/**
 * One thing has one name, in the file list and in the code. A file that exports one value bears its name, give or take
 * a verb; a family of functions shares a word with the file, and one of constants and types has a name for all of them. A number in front only orders migrations.
 */
export const namedAfterExport: HouseRule = {
  name: 'a file is named after its main export',
  appliesTo: (path) => /^(dashboard\/)?src\//.test(path) && !isTestCode(path) && !namedOtherwise.has(path),
  check: (file) => {
    const stem = splitWords(file.path.replace(/^.*\/(\d+-)?/, '').replace(/\.tsx?$/, '')).map(singular);
    const { names, valueCount, isFamily } = listExports(file);
    const words = names.map((name) => splitWords(name).map(singular));
    const isNamed =
      valueCount > 1
        ? stem.some((word) => words.some((nameWords) => nameWords.includes(word)))
        : words.some((nameWords) => stem.every((word) => nameWords.includes(word)));
    // An entry point exports nothing, and is named by what it starts.
    return isNamed || isFamily || names.length === 0
      ? []
      : [{ line: 1, message: `exports ${names.slice(0, 5).join(', ')}: name the file after the main one` }];
  },
  bad: [
    { path: 'src/turn/stuff.ts', text: 'export class AllocationTable {}\n' },
    { path: 'src/turn/allocation-table.ts', text: 'export function openTable(): void {}\n' },
    { path: 'src/turn/stuff.ts', text: 'export function one(): void {}\nexport function two(): void {}\n' },
  ],
  good: [
    { path: 'src/turn/allocation-table.ts', text: 'export class AllocationTable {}\n' },
    { path: 'src/base/ip.ts', text: 'export function formatIp(): void {}\nexport function parseIp(): void {}\n' },
    { path: 'src/stun/registry/methods.ts', text: 'export const METHOD_BINDING = 1;\n' },
    { path: 'src/base/hash.ts', text: 'export interface Hashes {}\n' },
    { path: 'src/store/migrations/0002-node-names.ts', text: 'export const addNodeNames = 1;\n' },
    { path: 'src/stun/message-layout.ts', text: 'export const COOKIE = 1;\nexport type Offset = number;\n' },
    { path: 'src/cli/main.ts', text: 'start();\n' },
  ],
};

/** `hashes`, `keys` and `policies` as `hash`, `key` and `policy`. */
function singular(word: string): string {
  return word
    .replace(/(s|sh|ch|x)es$/, '$1')
    .replace(/ies$/, 'y')
    .replace(/([^s])s$/, '$1');
}

/** What a file exports. */
interface Exports {
  /** All names, those of types included. */
  readonly names: readonly string[];
  readonly valueCount: number;
  /** Several constants and types, and neither a function nor a class. */
  readonly isFamily: boolean;
}

function listExports({ tree }: SourceFile): Exports {
  const exported = tree.statements.filter(
    (node) =>
      ts.canHaveModifiers(node) &&
      ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true,
  );
  const values = exported.filter((node) => !ts.isInterfaceDeclaration(node) && !ts.isTypeAliasDeclaration(node));
  const names = exported.flatMap(namesOf);
  return {
    names,
    valueCount: values.flatMap(namesOf).length,
    isFamily: names.length > 1 && values.every((node) => ts.isVariableStatement(node) && !holdsFunction(node)),
  };
}

function holdsFunction(node: ts.VariableStatement): boolean {
  return node.declarationList.declarations.some(
    ({ initializer }) => initializer !== undefined && ts.isFunctionLike(initializer),
  );
}

/** The names that one statement declares. */
function namesOf(node: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  }
  const { name } = node as ts.DeclarationStatement;
  return name !== undefined && ts.isIdentifier(name) ? [name.text] : [];
}
