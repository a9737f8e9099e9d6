import { type DocumentNode, parseType, TypeInfo, type TypeNode, visit, visitWithTypeInfo } from 'graphql';
import { analyticsSchema } from './analytics-schema.ts';

/**
 * Gives each variable the type of the place where it stands, and declares those that are used without being declared.
 *
 * Cloudflare's own documentation declares `$accountTag: string!`, clients declare `String!`, some declare times as
 * `string`, and its examples declare nothing; all of these are answered there, so they are here. Whether a
 * variable must be given is left as it was declared.
 */
export function adoptVariableTypes(document: DocumentNode): DocumentNode {
  const types = findVariableTypes(document);
  return visit(document, {
    VariableDefinition: (definition) => {
      const used = types.get(definition.variable.name.value);
      if (used === undefined) {
        return undefined;
      }
      const isRequired = definition.type.kind === 'NonNullType';
      return { ...definition, type: parseNullable(used, isRequired) };
    },
    OperationDefinition: {
      leave: (operation) => {
        // With fragments in between nobody could say which operation a variable belongs to, unless there is only one.
        const declared = new Set((operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value));
        const missing = [...types].filter(([name]) => !declared.has(name));
        const isAlone = document.definitions.filter(({ kind }) => kind === 'OperationDefinition').length === 1;
        const added = isAlone ? missing.map(([name, type]) => declare(name, type)) : [];
        return { ...operation, variableDefinitions: [...(operation.variableDefinitions ?? []), ...added] };
      },
    },
  });
}

function findVariableTypes(document: DocumentNode): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  const typeInfo = new TypeInfo(analyticsSchema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      VariableDefinition: () => false,
      Variable: ({ name }) => {
        const type = typeInfo.getInputType();
        if (type !== undefined && type !== null) {
          types.set(name.value, String(type));
        }
      },
    }),
  );
  return types;
}

function parseNullable(type: string, isRequired: boolean): TypeNode {
  return parseType(`${type.replace(/!$/, '')}${isRequired || type.endsWith('!') ? '!' : ''}`);
}

function declare(name: string, type: string) {
  return {
    kind: 'VariableDefinition' as const,
    variable: { kind: 'Variable' as const, name: { kind: 'Name' as const, value: name } },
    type: parseType(type),
  };
}
