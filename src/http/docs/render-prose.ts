import { html, type Markup } from './html.ts';

/** A sentence of a description, in which `backticks` mark code. */
export function renderProse(text: string): readonly Markup[] {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (part.startsWith('`') ? html`<code>${part.slice(1, -1)}</code>` : html`${part}`));
}
