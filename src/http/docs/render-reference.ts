import { findOperation } from './find-operation.ts';
import { html, type Markup } from './html.ts';
import type { OpenApiDocument } from './openapi-document.ts';
import type { RecordedExample } from './recorded-example.ts';
import { renderErrors } from './render-errors.ts';
import { type PlacedOperation, renderOperation } from './render-operation.ts';
import { renderProse } from './render-prose.ts';

/**
 * The reference of the whole API as one page of HTML. It has no script, and nothing of it lies elsewhere but its style
 * sheet, so that it works without a network and under the strictest policy.
 */
export function renderReference(document: OpenApiDocument, examples: readonly RecordedExample[]): string {
  const { title, version, description } = document.info;
  const operations = placeOperations(document, examples);
  const sections = document.tags.map(({ name, description: about }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    return { id: `tag-${name.toLowerCase().replaceAll(' ', '-')}`, name, about, own };
  });
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} ${version}: API reference</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="docs/reference.css">
</head>
<body>
<a class="skip" href="#main">Skip to the reference</a>
<header>
<h1>${title} <span class="version">${version}</span></h1>
<p>${renderProse(description)} The same for programs: <a href="openapi.json">openapi.json</a>.</p>
</header>
<nav aria-label="Contents">
<ul>
${sections.map(({ id, name, own }) => renderContents(id, name, own))}
<li><a href="#errors">Errors</a></li>
</ul>
</nav>
<main id="main" tabindex="-1">
${sections.map(
  ({ id, name, about, own }) => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${name}</h2>
<p>${renderProse(about)}</p>
${own.map((placed) => renderOperation(document, placed))}
</section>
`,
)}
${renderErrors(document)}
</main>
</body>
</html>
`;
  return page.text;
}

function renderContents(id: string, name: string, own: readonly PlacedOperation[]): Markup {
  return html`<li><a href="#${id}">${name}</a>
<ul>${own.map(({ operation, method }) => html`<li><a href="#${operation.operationId}"><span class="method ${method}">${method.toUpperCase()}</span> <span>${renderProse(operation.summary)}</span></a></li>\n`)}</ul></li>
`;
}

function placeOperations(document: OpenApiDocument, examples: readonly RecordedExample[]): readonly PlacedOperation[] {
  const placed = examples.map((example) => ({ example, path: findOperation(document, example.request) }));
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method,
      path,
      operation,
      examples: placed
        .filter(({ path: of, example }) => of === path && example.request.method.toLowerCase() === method)
        .map(({ example }) => example),
    })),
  );
}
