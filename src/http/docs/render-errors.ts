import { STATUS_CODES } from 'node:http';
import { PROBLEM_KINDS, type ProblemKind } from '../problem-codes.ts';
import { html, type Markup } from './html.ts';
import type { OpenApiDocument } from './openapi-document.ts';
import { renderProse } from './render-prose.ts';
import { renderMembers } from './render-schema.ts';

/** Every way in which a request fails, by status, and the bodies that tell it. */
export function renderErrors({ components }: OpenApiDocument): Markup {
  const kinds: readonly (readonly [string, ProblemKind])[] = Object.entries(PROBLEM_KINDS);
  const statuses = [...new Set(kinds.map(([, { status }]) => status))].toSorted((one, other) => one - other);
  return html`<section id="errors" aria-labelledby="errors-title">
<h2 id="errors-title">Errors</h2>
<p>Programs decide by the status and the code. The management API tells the number, every other path the name; the text is for people, and may change.</p>
${Object.entries(components.schemas).map(
  ([name, schema]) => html`<h3 id="schema-${name}"><code>${name}</code></h3>${renderMembers(schema, 'answered')}`,
)}
${statuses.map(
  (
    status,
  ) => html`<h3 id="status-${status}"><span class="status s${Math.floor(status / 100)}">${status}</span> ${STATUS_CODES[status]}</h3>
<ul class="members">${kinds.filter(([, kind]) => kind.status === status).map(renderKind)}</ul>`,
)}
</section>`;
}

function renderKind([name, { envelopeCode, description }]: readonly [string, ProblemKind]): Markup {
  return html`<li><p class="member"><code>${name}</code> <span class="type">${envelopeCode}</span></p><p>${renderProse(description)}</p></li>`;
}
