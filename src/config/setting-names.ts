import type { Setting, SettingTree } from './setting.ts';

/** A leaf of the tree, with its path as written in the tree: `['turn', 'relayAddress']`. */
export interface NamedSetting {
  readonly path: readonly string[];
  /** The path in the form of YAML: `turn.relay_address`. */
  readonly name: string;
  readonly setting: Setting<unknown>;
}

const VARIABLE_PREFIX = 'TACITURN_';

/** What a setting's names end in when they name a file. */
export const FILE_VARIABLE_SUFFIX = '_FILE';

/** Every leaf, in the order of declaration. */
export function listSettings(tree: SettingTree, parent: readonly string[] = []): readonly NamedSetting[] {
  return Object.entries(tree).flatMap(([key, node]) => {
    const path = [...parent, key];
    return isLeaf(node) ? [{ path, name: path.map(yamlKeyOf).join('.'), setting: node }] : listSettings(node, path);
  });
}

/** Whether the node is a setting and no group. */
export function isLeaf(node: Setting<unknown> | SettingTree): node is Setting<unknown> {
  return node.leaf === true;
}

/** `relayAddress` in YAML: `relay_address`. */
export function yamlKeyOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `turn.relay_address` in the environment: `TACITURN_TURN_RELAY_ADDRESS`. */
export function variableOf(name: string): string {
  return `${VARIABLE_PREFIX}${name.replaceAll('.', '_').toUpperCase()}`;
}

/** `turn.relay_address` on the command line: `--turn-relay-address`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[._]/g, '-')}`;
}

/** Whether the environment variable is meant for this program. */
export function isOurVariable(variable: string): boolean {
  return variable.startsWith(VARIABLE_PREFIX);
}
