import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import openapiTypes, { astToString } from 'openapi-typescript';

const DESCRIPTION = new URL('../../api/openapi.json', import.meta.url);
const FOLDER = new URL('../build/', import.meta.url);

/**
 * Writes the types of the API as the committed description has them. They are made anew by each build and each check and
 * are not committed, so that they cannot differ from it.
 */
export async function writeApiTypes(): Promise<void> {
  const tree = await openapiTypes(JSON.parse(readFileSync(DESCRIPTION, 'utf8')));
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(new URL('api-types.ts', FOLDER), astToString(tree));
}

if (import.meta.main) {
  await writeApiTypes();
}
