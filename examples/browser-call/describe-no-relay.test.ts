import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeNoRelay } from './public/describe-no-relay.js';

describe('why there is no relay', () => {
  test('the relay refused: its own words', () => {
    const refusal = { errorCode: 401, errorText: 'Unauthorized' };
    assert.equal(describeNoRelay('udp', true, refusal), 'The relay refused with 401 (Unauthorized).');
  });

  test('the service does not offer the transport', () => {
    assert.match(describeNoRelay('tls', false, undefined), /^The service offers no TLS: /);
    assert.match(describeNoRelay('tcp', false, undefined), /^The service offers no TCP: /);
  });

  test('it offers it, and is not reached', () => {
    assert.match(describeNoRelay('tls', true, undefined), /self-signed certificate\. .*is its port open\?$/);
    assert.match(describeNoRelay('any', true, undefined), /^No relay is reachable over any transport: /);
  });
});
