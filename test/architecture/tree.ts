import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSource, type SourceFile } from './source-file.ts';

/** Folders of the repository that are ours; everything else in it is somebody's data or another tool's output. */
const ownFolders = [
  '.ci',
  '.github',
  'api',
  'bench',
  'dashboard',
  'deploy',
  'docs',
  'examples',
  'native',
  'scripts',
  'src',
  'test',
] as const;

/** Folders that tools fill, and files that they write. */
const generated = /^(node_modules|dist|build|coverage)$|^package-lock\.json$|\.tsbuildinfo$/;

/** Files that are not text. */
const binary = /\.(bin|db|gif|gz|ico|jpe?g|pcap|png|sqlite|webp|woff2?)$/;

/** Every file of ours, below `root`, sorted; in its top folder all but hidden ones, and in `ownFolders` all. */
export function listFiles(root: string): readonly string[] {
  const top = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !generated.test(entry.name) && !isPrivate(entry.name))
    .map(({ name }) => name);
  return [...top, ...ownFolders.flatMap((folder) => walk(root, folder))].sort();
}

/** Hidden files of the top folder that belong to the project are few. */
function isPrivate(name: string): boolean {
  return name.startsWith('.') && !['.editorconfig', '.gitignore', '.dockerignore', '.npmrc'].includes(name);
}

function walk(root: string, folder: string): readonly string[] {
  let entries: ReturnType<typeof readEntries>;
  try {
    entries = readEntries(join(root, folder));
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (generated.test(entry.name)) {
      return [];
    }
    return entry.isDirectory() ? walk(root, path) : [path];
  });
}

function readEntries(path: string) {
  return readdirSync(path, { withFileTypes: true });
}

/** The text of every file of ours that is text. */
export function readTexts(root: string): readonly { readonly path: string; readonly text: string }[] {
  return listFiles(root)
    .filter((path) => !binary.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Every source in TypeScript or JavaScript, parsed. */
export function readSources(root: string): readonly SourceFile[] {
  return listFiles(root)
    .filter((path) => /\.(ts|tsx|mjs|js)$/.test(path))
    .map((path) => readSource(root, path));
}
