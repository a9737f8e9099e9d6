import { STATUS_CODES } from 'node:http';
import { html, type Markup } from './html.ts';
import type { RecordedExample } from './recorded-example.ts';
import { renderProse } from './render-prose.ts';

/** A request and its answer, as they go over the wire, with their bodies laid out for people. */
export function renderExample({ summary, request, response }: RecordedExample): Markup {
  const { method, path, status } = { ...request, ...response };
  const sent = formatMessage(`${method} ${path}`, request);
  const answered = formatMessage(`${status} ${STATUS_CODES[status] ?? ''}`, response);
  return html`<details class="example">
<summary><span class="status s${Math.floor(status / 100)}">${status}</span> ${renderProse(summary)}</summary>
<p class="label">Request</p>
<pre tabindex="0"><code>${sent}</code></pre>
<p class="label">Answer</p>
<pre tabindex="0"><code>${answered}</code></pre>
</details>
`;
}

function formatMessage(
  firstLine: string,
  { headers = {}, body }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown },
): string {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const content = body === undefined ? [] : ['', typeof body === 'string' ? body : JSON.stringify(body, null, 2)];
  return [firstLine, ...fields, ...content].join('\n');
}
