import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NameLookups, type OnAddresses } from './name-lookups.ts';

const patient = new AbortController().signal;

test('two names are looked up at once, and the others wait for their turn', () => {
  const begun: string[] = [];
  const answers: OnAddresses[] = [];
  const heard: string[] = [];
  const lookups = new NameLookups(2, (hostname, _options, onAddresses) => {
    begun.push(hostname);
    answers.push(onAddresses);
  });
  for (const name of ['a', 'b', 'c', 'd']) {
    lookups.run(name, { all: true }, patient, (error) => heard.push(`${name} ${error?.code ?? 'found'}`));
  }
  assert.deepEqual(begun, ['a', 'b']);
  answers[1]?.(null, []);
  assert.deepEqual([begun, heard], [['a', 'b', 'c'], ['b found']]);
  answers[0]?.(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
  assert.deepEqual(
    [begun, heard],
    [
      ['a', 'b', 'c', 'd'],
      ['b found', 'a ENOTFOUND'],
    ],
  );
});

test('who has given up is passed over, and those who ask for the same name share one lookup', () => {
  const begun: string[] = [];
  const answers: OnAddresses[] = [];
  const heard: string[] = [];
  const lookups = new NameLookups(1, (hostname, _options, onAddresses) => {
    begun.push(hostname);
    answers.push(onAddresses);
  });
  const impatient = new AbortController();
  lookups.run('a', { all: true }, patient, () => heard.push('a'));
  lookups.run('gone', { all: true }, impatient.signal, () => heard.push('gone'));
  lookups.run('b', { all: true }, patient, () => heard.push('first b'));
  lookups.run('b', { all: true }, patient, () => heard.push('second b'));
  impatient.abort();
  answers[0]?.(null, []);
  answers[1]?.(null, []);
  assert.deepEqual(
    [begun, heard],
    [
      ['a', 'b'],
      ['a', 'first b', 'second b'],
    ],
  );
});
