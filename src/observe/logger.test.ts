import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, type LogFormat, type LogLevel } from './logger.ts';

function captureLog(level: LogLevel, format: LogFormat) {
  const lines: string[] = [];
  return { lines, log: createLogger({ level, format, write: (line) => lines.push(line) }) };
}

test('a line is one JSON object with an ISO time', () => {
  const { lines, log } = captureLog('info', 'json');
  log.info({ port: 3478 }, 'listening');
  log.debug({}, 'not shown');
  assert.equal(lines.length, 1);
  const entry = JSON.parse(lines[0] as string) as Record<string, unknown>;
  assert.match(String(entry.time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual({ ...entry, time: '' }, { level: 30, time: '', port: 3478, msg: 'listening' });
});

test('secrets are redacted at every level and depth', () => {
  const { lines, log } = captureLog('debug', 'json');
  const secret = 'f00dfeed';
  log.debug({ token: secret, headers: { Authorization: secret, 'X-Auth-Key': secret } }, 'request');
  log.error({ list: [{ master_secret: secret }], a: { b: { c: { d: { deep: secret } } } } }, 'failure');
  log.child({ token: secret }).info({ credential: secret, key: secret }, 'issued');
  assert.equal(lines.length, 3);
  for (const line of lines) {
    assert.ok(!line.includes(secret), line);
    assert.ok(line.includes('[redacted]'), line);
  }
});

test('addresses and usernames show at debug only', () => {
  const { lines, log } = captureLog('debug', 'json');
  const fields = { username: 'abcdef', clientAddress: '192.0.2.1' };
  log.debug(fields, 'at debug');
  log.info(fields, 'at info');
  assert.ok(lines[0]?.includes('abcdef') && lines[0].includes('192.0.2.1'));
  assert.ok(!lines[1]?.includes('abcdef') && !lines[1]?.includes('192.0.2.1'));
});

test('the text format quotes what is no plain word', () => {
  const { lines, log } = captureLog('info', 'text');
  log.info({ a: '[::1]:80', b: 'x=y', c: '', d: '\u001b[2J', e: 'two\nlines' }, 'said');
  assert.equal(lines[0]?.slice(9), 'INFO  said a=[::1]:80 b="x=y" c="" d="\\u001b[2J" e="two\\nlines"\n');
});

test('the text format is one readable line, with the stack of an error below', () => {
  const { lines, log } = captureLog('info', 'text');
  log.warn({ port: 80, reason: 'in use', path: '/a', tags: ['x'] }, 'cannot listen');
  log.error({ err: new TypeError('broken') }, 'a bug');
  assert.match(
    lines[0] as string,
    /^\d\d:\d\d:\d\d WARN {2}cannot listen port=80 reason="in use" path=\/a tags=\["x"\]\n$/,
  );
  assert.match(lines[1] as string, /^\d\d:\d\d:\d\d ERROR a bug\n {4}TypeError: broken\n {4} {4}at /);
});
