import { STATUS_CODES } from 'node:http';
import { html, type Markup } from './html.ts';
import type { Content, OpenApiDocument, Operation, OperationResponse, Parameter } from './openapi-document.ts';
import type { RecordedExample } from './recorded-example.ts';
import { renderExample } from './render-example.ts';
import { renderProse } from './render-prose.ts';
import { describeType, renderMembers, renderNamed, type Side } from './render-schema.ts';

/** An operation with its place in the document. */
export interface PlacedOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  readonly examples: readonly RecordedExample[];
}

/** All that a caller has to know of one operation. */
export function renderOperation(document: OpenApiDocument, placed: PlacedOperation): Markup {
  const { method, path, operation, examples } = placed;
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  return html`<article id="${operationId}" aria-labelledby="${operationId}-title">
<h3 id="${operationId}-title"><a href="#${operationId}">${renderProse(summary)}</a></h3>
<p class="route"><span class="method ${method}">${method.toUpperCase()}</span> <code>${breakPath(path)}</code></p>
${description === undefined ? undefined : html`<p>${renderProse(description)}</p>`}
${renderSecurity(document, operation)}
${renderParameters('Path', parameters, 'path')}
${renderParameters('Query', parameters, 'query')}
${requestBody === undefined ? undefined : html`<h4>Body</h4>${renderContent(requestBody.content, 'sent')}`}
<h4>Answers</h4>
<ul class="answers">${Object.entries(responses).map(([status, response]) => renderResponse(status, response))}</ul>
${examples.length === 0 ? undefined : html`<h4>Examples</h4>${examples.map(renderExample)}`}
</article>
`;
}

/** A path that may be broken at its slashes, so that it fits a narrow screen. */
function breakPath(path: string): readonly Markup[] {
  return path.split('/').map((part, i) => (i === 0 ? html`${part}` : html`<wbr>/${part}`));
}

function renderSecurity({ components }: OpenApiDocument, { security = [] }: Operation): Markup {
  const schemes = security.flatMap((alternative) => Object.keys(alternative));
  return schemes.length === 0
    ? html`<p class="security">Needs no token.</p>`
    : html`<p class="security"><code>Authorization: Bearer</code> ${schemes.map((name) => components.securitySchemes[name]?.description)}</p>`;
}

function renderParameters(title: string, parameters: readonly Parameter[], place: string): Markup | undefined {
  const values = parameters
    .filter((parameter) => parameter.in === place)
    .map(({ name, schema, required = false, description }) => ({ name, schema, description, isRequired: required }));
  return values.length === 0 ? undefined : html`<h4>${title}</h4>${renderNamed(values, 'sent')}`;
}

function renderContent(content: Content, side: Side): readonly Markup[] {
  return Object.entries(content).map(
    ([type, { schema }]) =>
      html`<p class="facts"><code>${type}</code> ${describeType(schema)}</p>${renderMembers(schema, side)}`,
  );
}

function renderResponse(status: string, response: OperationResponse): Markup {
  const reason = STATUS_CODES[status] ?? '';
  const description = response.description === 'Default Response' ? reason : response.description;
  const badge = html`<span class="status s${status.slice(0, 1)}">${status}</span>`;
  const schema = Object.values(response.content ?? {})[0]?.schema;
  const isFailure = Number(status) >= 400;
  if (schema === undefined || schema.$ref !== undefined || Object.keys(schema).length === 0) {
    const link = isFailure ? html`<a href="#status-${status}">${description}</a>` : html`${renderProse(description)}`;
    return html`<li>${badge} ${link}${schema?.$ref === undefined ? undefined : html` <span class="type">${describeType(schema)}</span>`}</li>`;
  }
  const headers = Object.entries(response.headers ?? {});
  return html`<li><details><summary>${badge} ${renderProse(description)}</summary>
${renderNamed(
  headers.map(([name, header]) => ({ name, ...header, isRequired: true })),
  'answered',
)}
${renderContent(response.content ?? {}, 'answered')}
${isFailure ? html`<p class="facts"><a href="#status-${status}">All codes of ${status}</a></p>` : undefined}
</details></li>`;
}
