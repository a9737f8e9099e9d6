import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One TypeScript or JavaScript file, parsed. */
export interface SourceFile {
  /** Below the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** Parses `text` as the file at `path` would be. */
export function parseSource(path: string, text: string): SourceFile {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2024, true) };
}

/** Reads and parses the file at `path` below `root`. */
export function readSource(root: string, path: string): SourceFile {
  return parseSource(path, readFileSync(join(root, path), 'utf8'));
}

/** Calls `visit` with every node of the file, parents first. */
export function visitNodes(file: SourceFile, visit: (node: ts.Node) => void): void {
  const walk = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, walk);
  };
  walk(file.tree);
}

/** The line of a position, from 1. */
export function lineAt(file: SourceFile, position: number): number {
  return file.tree.getLineAndCharacterOfPosition(position).line + 1;
}

/** The line on which a node begins, its comment left aside. */
export function lineOf(file: SourceFile, node: ts.Node): number {
  return lineAt(file, node.getStart(file.tree));
}

/** Tests, suites shared by several tests, and what serves tests alone. */
export function isTestCode(path: string): boolean {
  return /\.(test|suite)\.ts$|\.test-support\.ts$|(^|\/)test-support\/|^test\//.test(path);
}

/** The sans-IO core, its tests left aside. */
export function isCore(path: string): boolean {
  return /^src\/(base|contract|stun|turn)\//.test(path) && !isTestCode(path);
}
