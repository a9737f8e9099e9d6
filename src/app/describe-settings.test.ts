import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../config/load-config.ts';
import { describeSettings } from './describe-settings.ts';

const HOST = { cores: 2, hasIpv6: false, relayAddresses: [] };

test('every setting tells its value and where that came from, and secrets neither', () => {
  const secret = 'a-secret-that-is-long-enough-0123456789';
  const environment = { TACITURN_ADMIN_TOKEN: secret, TACITURN_TURN_RELAY_ADDRESS: '127.0.0.1' };
  const { entries } = loadConfig({ flags: { '--turn-workers': '1' }, environment, configFile: undefined }, HOST);
  const settings = describeSettings(entries);
  const found = (name: string) => {
    const { value, isSecret, source, origin, variable } = settings.find((one) => one.name === name) ?? {};
    return { value, isSecret, source, origin, variable };
  };
  assert.equal(settings.length, entries.length);
  assert.deepEqual(found('turn.workers'), {
    value: '1',
    isSecret: false,
    source: 'flag',
    origin: '--turn-workers',
    variable: 'TACITURN_TURN_WORKERS',
  });
  assert.deepEqual(found('admin_token'), {
    value: 'set',
    isSecret: true,
    source: 'environment',
    origin: 'TACITURN_ADMIN_TOKEN',
    variable: 'TACITURN_ADMIN_TOKEN',
  });
  assert.deepEqual(found('master_secret').value, 'not set');
  assert.deepEqual([found('tls.key').value, found('tls.key').source], [undefined, 'default']);
  assert.ok(!JSON.stringify(settings).includes(secret));
  assert.ok(settings.every(({ description, fallback }) => description !== '' && typeof fallback === 'string'));
});
