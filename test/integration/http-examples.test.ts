import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Compile } from 'typebox/schema';
import { findOperation } from '../../src/http/docs/find-operation.ts';
import type { OpenApiDocument, Operation } from '../../src/http/docs/openapi-document.ts';
import type { RecordedExample } from '../../src/http/docs/recorded-example.ts';
import { type ExampleInstallation, readExamples, startExampleInstallation } from '../support/api-example.ts';
import { createKey, startHttpInstallation } from '../support/http-installation.ts';

const OPENAPI_FILE = new URL('../../api/openapi.json', import.meta.url);
const JSON_TYPE = 'application/json';

let scenario: ExampleInstallation;
let openApi: OpenApiDocument;
const examples = await readExamples();

before(async () => {
  scenario = await startExampleInstallation();
  openApi = JSON.parse(scenario.installation.openApi) as OpenApiDocument;
});

after(() => scenario.installation.stop());

/** The operation that an example's request belongs to, if the API describes it: a 405 belongs to none. */
function findExampleOperation({ request }: RecordedExample): Operation | undefined {
  const path = findOperation(openApi, request);
  return path === undefined ? undefined : openApi.paths[path]?.[request.method.toLowerCase()];
}

function assertMatches(value: unknown, schema: object, what: string): void {
  const inlined = JSON.stringify(schema, (_name, part: unknown) => {
    const name = /^#\/components\/schemas\/(\w+)$/.exec(String((part as { $ref?: unknown } | null)?.$ref))?.[1];
    return name === undefined ? part : openApi.components.schemas[name];
  });
  const [isValid, errors] = Compile(JSON.parse(inlined)).Errors(value);
  assert.ok(isValid, `${what}: ${JSON.stringify(errors)}`);
}

test('the committed OpenAPI description is that of the routes', async () => {
  const committed = JSON.parse(await readFile(OPENAPI_FILE, 'utf8')) as OpenApiDocument;
  const current = { ...openApi, info: { ...openApi.info, version: committed.info.version } };
  assert.deepEqual(committed, current, 'run `node scripts/emit-openapi.ts`');
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.equal(committed.info.version, version);
});

for (const { name, example } of examples) {
  test(`${name}: ${example.summary}`, async () => {
    const answer = await scenario.answer(example.request);
    assert.deepEqual(answer, example.response, 'if this is meant, run `node scripts/record-examples.ts`');
    const operation = findExampleOperation(example);
    if (answer.status === 405) {
      assert.equal(operation, undefined);
      return;
    }
    assert.ok(operation !== undefined, 'the operation is described');
    const described = operation.responses[answer.status];
    assert.ok(described !== undefined, `the status ${answer.status} is described`);
    const schema = described.content?.[JSON_TYPE]?.schema;
    if (schema === undefined) {
      assert.notEqual(typeof answer.body, 'object', 'the answer is no JSON');
    } else if (answer.body !== undefined) {
      assertMatches(answer.body, schema, 'the answer');
    }
    if (answer.status < 300 && example.request.body !== undefined) {
      assertMatches(example.request.body, operation.requestBody?.content?.[JSON_TYPE]?.schema as object, 'the body');
    }
  });
}

/** What a list of the answer has, or the text; an answer without either has what it has. */
function hasContent({ status, body }: RecordedExample['response']): boolean {
  if (typeof body === 'string') {
    return body.trim().split('\n').length > 1;
  }
  const { result, data } = (body ?? {}) as { result?: unknown; data?: unknown };
  const groups = /"callsTurnUsageAdaptiveGroups":\[(.)/.exec(JSON.stringify(data ?? null))?.[1];
  return status === 204 || (groups !== ']' && !(Array.isArray(result) && result.length === 0));
}

test('each operation has an example that succeeds, with something in it', () => {
  const operations = Object.values(openApi.paths).flatMap((methods) => Object.values(methods));
  const shown = examples
    .filter(({ example: { response } }) => response.status < 300 && hasContent(response))
    .map(({ example }) => findExampleOperation(example)?.operationId);
  const missing = operations.filter(({ operationId }) => !shown.includes(operationId));
  // The numbers of a process are not the same twice, and an authenticator signs the port of the page.
  const passkeys = ['signInWithPasskey', 'listPasskeys', 'addPasskey', 'deletePasskey'];
  assert.deepEqual(missing.map(({ operationId }) => operationId).toSorted(), ['readMetrics', ...passkeys].toSorted());
});

test('/openapi.json serves the description', async () => {
  const installation = await startHttpInstallation();
  try {
    await createKey(installation);
    const response = await fetch(`${installation.url}/openapi.json`);
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), JSON.parse(installation.openApi));
  } finally {
    await installation.stop();
  }
});
