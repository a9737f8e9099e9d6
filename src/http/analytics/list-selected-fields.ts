import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  type SelectionNode,
} from 'graphql';

/** The fields that are selected in all of `nodes`, through fragments, less those that `@skip` and `@include` leave out. */
export function listSelectedFields(nodes: readonly FieldNode[], info: GraphQLResolveInfo): readonly FieldNode[] {
  return nodes.flatMap((node) => expand(node.selectionSet?.selections ?? [], info));
}

function expand(selections: readonly SelectionNode[], info: GraphQLResolveInfo): readonly FieldNode[] {
  return selections
    .filter((selection) => isIncluded(selection, info))
    .flatMap((selection) => {
      if (selection.kind === 'Field') {
        return [selection];
      }
      const { selectionSet } =
        selection.kind === 'InlineFragment'
          ? selection
          : (info.fragments[selection.name.value] ?? { selectionSet: undefined });
      return expand(selectionSet?.selections ?? [], info);
    });
}

function isIncluded(node: SelectionNode, { variableValues }: GraphQLResolveInfo): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variableValues);
  return skip?.if !== true && include?.if !== false;
}
