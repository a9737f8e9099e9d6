import type { OpenApiDocument } from './openapi-document.ts';
import type { RecordedExample } from './recorded-example.ts';

/** The path, as the document has it, that a request is to, or undefined: the one with the fewest parameters that fits. */
export function findOperation(
  { paths }: OpenApiDocument,
  { method, path: target }: RecordedExample['request'],
): string | undefined {
  const [requested = ''] = target.split('?', 1);
  const parts = requested.split('/');
  const fitting = Object.entries(paths)
    .filter(([path, methods]) => Object.hasOwn(methods, method.toLowerCase()) && fits(path.split('/'), parts))
    .map(([path]) => path);
  return fitting.toSorted((one, other) => countParameters(one) - countParameters(other))[0];
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  return pattern.length === parts.length && pattern.every((part, i) => part.startsWith('{') || part === parts[i]);
}

function countParameters(path: string): number {
  return path.split('{').length - 1;
}
