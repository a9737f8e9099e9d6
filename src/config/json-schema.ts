import { type TSchema, Type } from 'typebox';
import type { Setting, SettingTree } from './setting.ts';
import { isLeaf, yamlKeyOf } from './setting-names.ts';
import { settings } from './settings.ts';

/** The JSON Schema of `taciturn.yaml`, for editors that complete and check it. */
export function formatConfigJsonSchema(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The configuration of Taciturn',
    ...groupSchema(settings),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function groupSchema(tree: SettingTree): TSchema {
  const properties: Record<string, TSchema> = {};
  for (const [key, node] of Object.entries(tree)) {
    if (!isLeaf(node)) {
      properties[yamlKeyOf(key)] = Type.Optional(groupSchema(node));
      continue;
    }
    properties[yamlKeyOf(key)] = Type.Optional({ ...node.schema, description: describe(node) });
    if (node.fileVariant !== 'none') {
      properties[`${yamlKeyOf(key)}_file`] = Type.Optional(
        Type.String({ minLength: 1, description: `The file that holds ${yamlKeyOf(key)}.` }),
      );
    }
  }
  return Type.Object(properties, { additionalProperties: false });
}

function describe(leaf: Setting<unknown>): string {
  return `${leaf.description} Default: ${leaf.fallbackText}.`;
}
