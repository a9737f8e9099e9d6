import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { listSettings } from '../../src/config/setting-names.ts';
import { settings } from '../../src/config/settings.ts';
import { WEBHOOK_EVENTS } from '../../src/control/webhook.ts';

const DOCS = new URL('../../docs/', import.meta.url);
/** Kinds of events are written as settings are, and one has the name of a group in front. */
const EVENT_KINDS: ReadonlySet<string> = new Set(WEBHOOK_EVENTS);

test('every setting that a page names is one that there is', () => {
  const names = new Set(listSettings(settings).map(({ name }) => name));
  const groups = new Set(
    [...names].filter((name) => name.includes('.')).map((name) => name.split('.', 1)[0] as string),
  );
  const pages = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));
  let seen = 0;
  for (const page of pages) {
    const text = readFileSync(new URL(page, DOCS), 'utf8');
    for (const [, name = '', group = ''] of text.matchAll(/`(([a-z]+)\.[a-z_]+)`/g)) {
      if (groups.has(group) && !EVENT_KINDS.has(name)) {
        assert.ok(names.has(name), `docs/${page} names ${name}, which is no setting`);
        seen += 1;
      }
    }
  }
  assert.ok(seen > names.size, 'the reference alone names nearly all of them');
});
