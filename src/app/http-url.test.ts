import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIp } from '../base/ip.ts';
import type { AddressWords } from '../base/socket-address.ts';
import { formatHttpUrl } from './http-url.ts';

for (const [listen, expected] of [
  ['192.0.2.7', 'http://192.0.2.7:8787'],
  ['2001:db8::7', 'http://[2001:db8::7]:8787'],
  ['0.0.0.0', 'http://127.0.0.1:8787'],
  ['::', 'http://[::1]:8787'],
] as const) {
  test(`a listener on ${listen} is reached at ${expected}`, () => {
    assert.equal(formatHttpUrl(parseIp(listen) as AddressWords, 8787), expected);
  });
}
