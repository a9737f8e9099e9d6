import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHANNEL_NUMBER_MIN, isChannelNumber } from '../../src/stun/channel-data.ts';
import * as attributes from '../../src/stun/registry/attributes.ts';
import * as errorCodes from '../../src/stun/registry/error-codes.ts';
import * as methods from '../../src/stun/registry/methods.ts';
import * as passwordAlgorithms from '../../src/stun/registry/password-algorithms.ts';
import * as securityFeatures from '../../src/stun/registry/security-features.ts';
import {
  IANA_ATTRIBUTES,
  IANA_CHANNEL_NUMBERS,
  IANA_ERROR_CODES,
  IANA_METHODS,
  IANA_PASSWORD_ALGORITHMS,
  IANA_SECURITY_FEATURES,
  type Registration,
} from './iana-registry.ts';

/** The documents that are implemented whole: all that they registered must be here. */
const IMPLEMENTED = ['RFC8489', 'RFC8656'];

/** The numbers of a registry module whose names begin with `prefix`, by the rest of their names. */
function constantsOf(module: object, prefix: string): Map<string, number> {
  const entries = Object.entries(module).filter(
    ([name, value]) => name.startsWith(prefix) && typeof value === 'number',
  );
  return new Map(entries.map(([name, value]) => [name.slice(prefix.length), value as number]));
}

/** A registered name as a constant's: `ChannelBind` as `CHANNEL_BIND`, `EVEN-PORT` as `EVEN_PORT`, `SHA-256` as `SHA256`. */
function constantName(name: string): string {
  const joined = name.replaceAll('SHA-', 'SHA');
  return joined.replaceAll(/(?<=[a-z])(?=[A-Z])|[- ]/g, '_').toUpperCase();
}

function expectRegistered(constants: Map<string, number>, registry: readonly Registration[]): void {
  const registered = new Map(registry.map(([value, name]) => [constantName(name), value]));
  for (const [name, value] of constants) {
    assert.equal(value, registered.get(name), `${name} is registered with its number`);
  }
  for (const [, name, reference] of registry) {
    assert.equal(constants.has(constantName(name)), IMPLEMENTED.includes(reference), `${name} of ${reference}`);
  }
}

test('the tables have no number twice, and their numbers ascend', () => {
  for (const registry of [IANA_METHODS, IANA_ATTRIBUTES, IANA_ERROR_CODES, IANA_PASSWORD_ALGORITHMS]) {
    const values = registry.map(([value]) => value);
    assert.deepEqual(
      values,
      [...new Set(values)].sort((a, b) => a - b),
    );
  }
});

test('methods', () => {
  expectRegistered(constantsOf(methods, 'METHOD_'), IANA_METHODS);
});

test('attributes', () => {
  const constants = constantsOf(attributes, 'ATTRIBUTE_');
  assert.equal(constants.get('OPTIONAL_MIN'), 0x8000);
  constants.delete('OPTIONAL_MIN');
  expectRegistered(constants, IANA_ATTRIBUTES);
});

test('error codes, with the phrases that the registry recommends', () => {
  expectRegistered(constantsOf(errorCodes, 'ERROR_'), IANA_ERROR_CODES);
  for (const [code, phrase, reference] of IANA_ERROR_CODES) {
    assert.equal(errorCodes.reasonOf(code), IMPLEMENTED.includes(reference) ? phrase : '');
  }
});

test('password algorithms', () => {
  expectRegistered(constantsOf(passwordAlgorithms, 'PASSWORD_ALGORITHM_'), IANA_PASSWORD_ALGORITHMS);
});

test('security features', () => {
  const bits = IANA_SECURITY_FEATURES.map(([bit, name, reference]): Registration => [1 << bit, name, reference]);
  expectRegistered(constantsOf(securityFeatures, 'SECURITY_'), bits);
});

test('channel numbers', () => {
  const [first, last] = IANA_CHANNEL_NUMBERS;
  assert.equal(CHANNEL_NUMBER_MIN, first);
  assert.equal(isChannelNumber(last), true);
});
