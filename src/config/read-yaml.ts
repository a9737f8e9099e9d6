import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { Candidate, SourceReading } from './candidate.ts';
import { suggestName } from './closest-name.ts';
import type { ConfigProblem, Origin } from './config-problem.ts';
import type { SettingTree } from './setting.ts';
import { isLeaf, type NamedSetting, yamlKeyOf } from './setting-names.ts';

/** Reads a YAML text; `file` is its name in messages. Keys are checked at every depth. */
export function readYaml(
  text: string,
  file: string,
  tree: SettingTree,
  settings: readonly NamedSetting[],
): SourceReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reading: YamlReading = {
    candidates: [],
    problems: [],
    byName: new Map(settings.map((setting) => [setting.name, setting])),
    originAt: (offset) => ({
      source: 'file',
      detail: offset === undefined ? file : `${file}:${lines.linePos(offset).line}`,
    }),
  };
  for (const { message, pos } of document.errors) {
    reading.problems.push({ origin: reading.originAt(pos[0]), message: firstLine(message) });
  }
  if (document.errors.length === 0 && document.contents !== null) {
    readGroup(reading, document.contents, tree, '');
  }
  return reading;
}

interface YamlReading {
  readonly candidates: Candidate[];
  readonly problems: ConfigProblem[];
  readonly byName: ReadonlyMap<string, NamedSetting>;
  readonly originAt: (offset: number | undefined) => Origin;
}

function readGroup(reading: YamlReading, node: Node, tree: SettingTree, parent: string): void {
  if (isScalar(node) && node.value === null) {
    return;
  }
  if (!isMap(node)) {
    const where = parent === '' ? 'the file' : parent;
    reading.problems.push({ origin: reading.originAt(node.range?.[0]), message: `${where} is a group of settings` });
    return;
  }
  const children = new Map(Object.entries(tree).map(([key, child]) => [yamlKeyOf(key), child]));
  for (const pair of (node as YAMLMap<Node, Node | null>).items) {
    readPair(reading, pair, children, parent);
  }
}

function readPair(
  reading: YamlReading,
  pair: Pair<Node, Node | null>,
  children: ReadonlyMap<string, SettingTree[string]>,
  parent: string,
): void {
  const key = isScalar(pair.key) ? String(pair.key.value) : '';
  const origin = reading.originAt(pair.key.range?.[0]);
  const name = parent === '' ? key : `${parent}.${key}`;
  const child = children.get(key);
  if (child !== undefined && !isLeaf(child)) {
    if (pair.value !== null) {
      readGroup(reading, pair.value, child, name);
    }
    return;
  }
  const { setting, fromFile } = findSetting(reading, name);
  if (setting === undefined) {
    const known = [...children.keys()].map((sibling) => (parent === '' ? sibling : `${parent}.${sibling}`));
    reading.problems.push({ origin, message: `no setting has the name ${name}${suggestName(name, known)}` });
    return;
  }
  const input: unknown = pair.value?.toJSON() ?? null;
  // YAML's null is a key without a value: not set.
  if (input !== null) {
    const itemOrigins = isSeq(pair.value)
      ? { itemOrigins: pair.value.items.map((item) => reading.originAt((item as Node).range?.[0])) }
      : {};
    reading.candidates.push({ setting, origin, input, fromFile, ...itemOrigins });
  }
}

function findSetting(
  reading: YamlReading,
  name: string,
): { readonly setting: NamedSetting | undefined; readonly fromFile: boolean } {
  const exact = reading.byName.get(name);
  if (exact !== undefined || !name.endsWith('_file')) {
    return { setting: exact, fromFile: false };
  }
  const setting = reading.byName.get(name.slice(0, -'_file'.length));
  const variant = setting?.setting.fileVariant ?? 'none';
  return { setting: variant === 'none' ? undefined : setting, fromFile: variant === 'contents' };
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] as string;
}
