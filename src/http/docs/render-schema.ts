import { html, type Markup } from './html.ts';
import type { Schema } from './openapi-document.ts';
import { renderProse } from './render-prose.ts';

/** Whether a value is one that the caller sends, or one that comes back. */
export type Side = 'sent' | 'answered';

/** A value with a name: a member of a body, a parameter, a header field. */
export interface NamedSchema {
  readonly name: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
  readonly description?: string | undefined;
}

/** The members of an object, of what an array holds, or of each alternative; nothing for a plain value. */
export function renderMembers(schema: Schema, side: Side): Markup {
  if (schema.items !== undefined) {
    return renderMembers(schema.items, side);
  }
  if (schema.anyOf !== undefined) {
    return html`${schema.anyOf.map((each) => renderMembers(each, side))}`;
  }
  return renderNamed(
    Object.entries(schema.properties ?? {}).map(([name, member]) => ({
      name,
      schema: member,
      isRequired: schema.required?.includes(name) ?? false,
    })),
    side,
  );
}

/** A list of values with what is known of each. */
export function renderNamed(values: readonly NamedSchema[], side: Side): Markup {
  return values.length === 0
    ? html``
    : html`<ul class="members">${values.map((value) => renderValue(value, side))}</ul>`;
}

function renderValue(value: NamedSchema, side: Side): Markup {
  const { name, schema, description = schema.description } = value;
  return html`<li>
<p class="member"><code>${name}</code> <span class="type">${describeType(schema)}</span>${renderPresence(value, side)}</p>
${description === undefined ? undefined : html`<p>${renderProse(description)}</p>`}
${renderFacts(schema)}
${renderMembers(schema, side)}
</li>`;
}

/** What stands out is what a caller must send, and what they cannot rely on to come back. */
function renderPresence({ isRequired }: NamedSchema, side: Side): Markup | undefined {
  if (side === 'sent') {
    return isRequired ? html` <span class="required">required</span>` : undefined;
  }
  return isRequired ? undefined : html` <span class="type">not always</span>`;
}

/** The type of a value in words, as “array of string”. */
export function describeType(schema: Schema): string | Markup {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/components/schemas/', '');
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.anyOf !== undefined) {
    return html`${schema.anyOf.map((each, i) => [i === 0 ? '' : ' or ', describeType(each)])}`;
  }
  if (schema.items !== undefined) {
    return html`array of ${describeType(schema.items)}`;
  }
  return schema.type ?? (schema.enum === undefined ? 'any' : typeof schema.enum[0]);
}

function renderFacts(schema: Schema): Markup | undefined {
  const { minimum, maximum, maxLength, maxItems, examples } = schema;
  const values = schema.enum ?? schema.items?.enum;
  const facts = [
    values === undefined ? undefined : html`${values.length === 1 ? 'Always' : 'One of'} ${joinCodes(values)}.`,
    minimum === undefined ? undefined : html`At least ${minimum}.`,
    maximum === undefined ? undefined : html`At most ${maximum}.`,
    maxLength === undefined ? undefined : html`At most ${maxLength} characters.`,
    maxItems === undefined ? undefined : html`${maxItems === 0 ? 'Empty.' : `At most ${maxItems} items.`}`,
    schema.default === undefined ? undefined : html`Default: ${joinCodes([schema.default])}.`,
    examples === undefined ? undefined : html`Example: ${joinCodes(examples)}.`,
  ].filter((fact) => fact !== undefined);
  return facts.length === 0 ? undefined : html`<p class="facts">${facts.map((fact) => html`${fact} `)}</p>`;
}

function joinCodes(values: readonly unknown[]): readonly Markup[] {
  return values.map(
    (value, i) => html`${i === 0 ? '' : ', '}<code>${typeof value === 'string' ? value : JSON.stringify(value)}</code>`,
  );
}
