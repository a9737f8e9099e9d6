import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html } from './html.ts';

test('what is put into HTML is text, unless it is HTML already', () => {
  const inner = html`<b>${'<i>&"\''}</b>`;
  assert.equal(inner.text, '<b>&lt;i&gt;&amp;&quot;&#39;</b>');
  assert.equal(html`<p>${inner} ${[1, inner, undefined]}</p>`.text, `<p>${inner.text} 1${inner.text}</p>`);
});
