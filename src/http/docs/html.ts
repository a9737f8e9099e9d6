/** Text that is HTML already, and is put into HTML as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlValue = string | number | Markup | readonly HtmlValue[] | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A piece of HTML. Every value that is no {@link Markup} is text, and is escaped; undefined is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Markup {
  return new Markup(strings.reduce((text, part, i) => text + escapeValue(values[i - 1]) + part));
}

function escapeValue(value: HtmlValue): string {
  if (value instanceof Markup) {
    return value.text;
  }
  if (typeof value === 'object') {
    return value.map(escapeValue).join('');
  }
  return String(value ?? '').replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
