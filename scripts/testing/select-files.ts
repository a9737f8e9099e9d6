import { globSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { type TestKind, testKinds } from './test-kinds.ts';

/** The files of one kind that a run includes, as paths below the repository. */
export interface Selection {
  readonly kind: TestKind;
  readonly files: readonly string[];
}

/**
 * What `selectors` name: kinds (`unit`), folders (`src/stun`) and files, together; everything when there are none.
 * Kinds without a file are left out.
 * @throws {Error} naming a selector that selects nothing, so that a misspelt one does not pass
 */
export function selectFiles(root: string, selectors: readonly string[]): readonly Selection[] {
  const all = testKinds.map((kind) => ({ kind, files: listFiles(root, kind) })).filter(({ files }) => files.length > 0);
  for (const selector of selectors) {
    if (!all.some(({ kind, files }) => files.some((file) => isSelected(root, selector, kind, file)))) {
      throw new Error(
        `${selector} selects no test: name a kind (${testKinds.map(({ name }) => name).join(', ')}), a folder or a file.`,
      );
    }
  }
  return all
    .map(({ kind, files }) => ({
      kind,
      files: files.filter(
        (file) => selectors.length === 0 || selectors.some((selector) => isSelected(root, selector, kind, file)),
      ),
    }))
    .filter(({ files }) => files.length > 0);
}

function listFiles(root: string, kind: TestKind): readonly string[] {
  const patterns = kind.folders.map((folder) => `${folder}/**/*.test.ts`);
  return globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] }).sort();
}

function isSelected(root: string, selector: string, kind: TestKind, file: string): boolean {
  if (selector === kind.name) {
    return true;
  }
  const path = relative(root, resolve(selector)).split(sep).join('/');
  return file === path || (file.startsWith(`${path}/`) && isFolder(resolve(selector)));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
