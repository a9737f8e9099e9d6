import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../scripts/bootstrap/root.mjs';
import { listFiles } from './tree.ts';

const documents = listFiles(root).filter((path) => path.endsWith('.md'));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('dependencies', () => {
  test('each has its reason in the decision record', () => {
    const wanted = ['package.json', 'dashboard/package.json'].flatMap((path) => {
      const manifest = JSON.parse(read(path)) as Record<string, Record<string, string> | undefined>;
      return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((group) =>
        Object.keys(manifest[group] ?? {}),
      );
    });
    const record = read('docs/decisions/0003-few-dependencies.md');
    const rows = [...record.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)];
    assert.deepEqual(rows.map(([, name]) => name).sort(), wanted.sort());
    assert.deepEqual(
      rows.filter(([, , reason = '']) => reason.trim().length < 20).map(([, name]) => name),
      [],
    );
  });
});

describe('decision records', () => {
  const records = documents.filter((path) => /^docs\/decisions\/\d/.test(path));

  test('are numbered without a gap', () => {
    assert.deepEqual(
      records.map((path) => path.replace(/^.*\/(\d+)-.*$/, '$1')),
      records.map((_, index) => String(index + 1).padStart(4, '0')),
    );
  });

  for (const path of records) {
    test(`${path} says what was decided, why and at what cost`, () => {
      const headings = [...read(path).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      assert.match(read(path), /^# \S/);
      assert.deepEqual(headings, ['Context', 'Decision', 'Consequences']);
    });
  }
});

describe('links between documents', () => {
  for (const path of documents) {
    test(`those of ${path} lead somewhere`, () => {
      assert.deepEqual(
        findLinks(read(path)).filter((link) => !leadsSomewhere(path, link)),
        [],
      );
    });
  }

  test('a lost one is found', () => {
    assert.deepEqual(findLinks('[a](b.md) ![c](d.png "e") `[no](link)` [f](https://example.org) [g](#h)'), [
      'b.md',
      'd.png',
      '#h',
    ]);
    assert.equal(leadsSomewhere('README.md', 'nowhere.md'), false);
    assert.equal(leadsSomewhere('README.md', '#no-such-heading'), false);
  });
});

/** Where the links and images of a document lead, inside this repository. */
function findLinks(markdown: string): readonly string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

/** Whether a link's file is there, and its heading too where it names one in a document. */
function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? from : normalize(join(dirname(from), decodeURIComponent(path)));
  if (!existsSync(join(root, target))) {
    return false;
  }
  return heading === undefined || !target.endsWith('.md') || listAnchors(read(target)).includes(heading);
}

/** The anchors of a document's headings, as the usual renderers make them. */
function listAnchors(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
