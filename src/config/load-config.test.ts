import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { parseIp } from '../base/ip.ts';
import { ConfigError } from './config-problem.ts';
import { type ConfigSources, loadConfig } from './load-config.ts';
import { printConfig } from './print-config.ts';
import type { ResolvedConfig } from './resolve-config.ts';
import type { HostFacts } from './setting.ts';

const folder = mkdtempSync(join(tmpdir(), 'taciturn-config-'));
after(() => rmSync(folder, { recursive: true }));

const host: HostFacts = { cores: 3, hasIpv6: true, relayAddresses: [parseIp('198.51.100.7') as Uint32Array] };
const emptyFile = join(folder, 'empty.yaml');
writeFileSync(emptyFile, '');
const secret = 'ab'.repeat(32);

function load(sources: Partial<ConfigSources>, facts = host): ResolvedConfig {
  return loadConfig({ flags: {}, environment: {}, configFile: emptyFile, ...sources }, facts);
}

function writeYaml(text: string): string {
  const path = join(folder, 'taciturn.yaml');
  writeFileSync(path, text);
  return path;
}

/** The problems of a refused start, one a line, with the file's name shortened. */
function refusal(sources: Partial<ConfigSources>): readonly string[] {
  try {
    load(sources);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message.replaceAll(`${folder}/`, '').split('\n').slice(1);
  }
  assert.fail('the configuration was accepted');
}

/** Where the setting of this name was taken from, and its text. */
function entryOf({ entries }: ResolvedConfig, name: string): string {
  const entry = entries.find((candidate) => candidate.name === name);
  assert.ok(entry !== undefined, `${name} is a setting`);
  return `${entry.setting.format(entry.value)} ${entry.origin.source} ${entry.origin.detail}`.trim();
}

describe('sources', () => {
  test('defaults depend on the host', () => {
    const resolved = load({});
    assert.equal(entryOf(resolved, 'turn.workers'), '3 default');
    assert.equal(entryOf(resolved, 'turn.relay_address'), '198.51.100.7 default');
    assert.equal(
      entryOf(resolved, 'turn.listen'),
      'udp://0.0.0.0:3478,tcp://0.0.0.0:3478,tls://0.0.0.0:5349,udp://[::]:3478,tcp://[::]:3478,tls://[::]:5349 default',
    );
    assert.equal(load({}, { ...host, hasIpv6: false }).config.turn.listen.length, 3);
  });

  test('a flag wins over the environment, and that over the file', () => {
    const configFile = writeYaml('data: from-file\nturn:\n  realm: from-file\n  workers: 1\n');
    const environment = { TACITURN_DATA: 'from-environment', TACITURN_TURN_REALM: 'from-environment' };
    const resolved = load({ flags: { '--data': 'from-flag' }, environment, configFile });
    assert.equal(entryOf(resolved, 'data'), 'from-flag flag --data');
    assert.equal(entryOf(resolved, 'turn.realm'), 'from-environment environment TACITURN_TURN_REALM');
    assert.equal(entryOf(resolved, 'turn.workers'), `1 file ${configFile}:4`);
  });

  test('a list is one text with commas or a YAML sequence', () => {
    const configFile = writeYaml(
      'peers:\n  allow: 10.0.0.0/8, fd00::/8\n  deny:\n    - 192.0.2.1\n    - 198.51.100.0/24\n',
    );
    const { peers } = load({ configFile }).config;
    assert.deepEqual(
      [peers.allow.map(({ text }) => text), peers.deny.map(({ text }) => text)],
      [
        ['10.0.0.0/8', 'fd00::/8'],
        ['192.0.2.1', '198.51.100.0/24'],
      ],
    );
  });

  test('an empty variable is not set', () => {
    assert.equal(entryOf(load({ environment: { TACITURN_DATA: '' } }), 'data'), './data default');
  });

  test('a secret is read from a file that a variable, a flag or the YAML names', () => {
    const file = join(folder, 'secret');
    writeFileSync(file, `${secret}\n`);
    for (const sources of [
      { environment: { TACITURN_MASTER_SECRET_FILE: file } },
      { flags: { '--master-secret-file': file } },
      { configFile: writeYaml(`master_secret_file: ${file}\n`) },
    ]) {
      assert.equal(load(sources).config.masterSecret, secret);
    }
  });

  test('the names of the variables are those of the documentation', () => {
    const environment = {
      TACITURN_DATA: '/data',
      TACITURN_ADMIN_TOKEN: 't'.repeat(40),
      TACITURN_MASTER_SECRET: secret,
      TACITURN_HTTP_LISTEN: '[::1]:8080',
      TACITURN_TURN_HOSTNAME: 'turn.example',
      TACITURN_TURN_REALM: 'realm',
      TACITURN_TURN_LISTEN: 'udp://192.0.2.1:3478',
      TACITURN_TURN_RELAY_ADDRESS: '10.0.0.5=203.0.113.7,2001:db8::1',
      TACITURN_TURN_RELAY_PORTS: '50000-50999',
      TACITURN_TURN_WORKERS: '2',
      TACITURN_PEERS_ALLOW: '10.0.0.0/8',
      TACITURN_PEERS_DENY: '192.0.2.0/24',
      TACITURN_TLS_CERTIFICATE: 'certificate.pem',
      TACITURN_TLS_KEY: 'key.pem',
      TACITURN_LOG_LEVEL: 'debug',
    };
    const { entries } = load({ environment });
    const named = entries.filter(({ origin }) => origin.source === 'environment').map(({ origin }) => origin.detail);
    assert.deepEqual(named.sort(), Object.keys(environment).sort());
  });

  test('the result is frozen', () => {
    const { config } = load({});
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.turn) && Object.isFrozen(config.turn.listen));
  });
});

describe('refusals', () => {
  test('all problems are listed, each with its source, its value and what is expected', () => {
    const configFile = writeYaml(
      'turn:\n  workers: 0\n  relay_adress: 1.2.3.4\npeers:\n  allow:\n    - 10.0.0.0/8\n    - 10.0.0.1/8\n',
    );
    const environment = { TACITURN_TURN_LISTN: 'x', TACITURN_HTTP_LISTEN: 'localhost' };
    assert.deepEqual(refusal({ configFile, environment, flags: { '--turn-relay-ports': '9-5' } }), [
      '  environment TACITURN_TURN_LISTN: no setting has this name (did you mean TACITURN_TURN_LISTEN?)',
      '  taciturn.yaml:3: no setting has the name turn.relay_adress (did you mean turn.relay_address?)',
      '  flag --turn-relay-ports: turn.relay_ports: "9-5" is not valid, expected a range of ports from 1024 to 65535, such as 49152-65535',
      '  environment TACITURN_HTTP_LISTEN: http.listen: "localhost" is not valid, expected an IP address and a port, such as 127.0.0.1:8787 or [::1]:8787',
      '  taciturn.yaml:2: turn.workers: 0 is not valid, expected a whole number of threads from 1 to 256',
      '  taciturn.yaml:7: peers.allow: "10.0.0.1/8" is not valid, expected address ranges, each an address range whose host bits are zero, such as 10.0.0.0/8, 192.0.2.7 or fd00::/8',
    ]);
  });

  test('of a list, every element that is wrong', () => {
    const configFile = writeYaml('peers:\n  deny:\n    - x\n    - 10.0.0.0/8\n    - 10.0.0.1/8\n');
    const lines = refusal({
      configFile,
      environment: { TACITURN_TURN_LISTEN: 'udp:1,udp://0.0.0.0:3478,http://[::]:1' },
    });
    assert.deepEqual(
      lines.map((line) => line.replace(/ is not valid.*/, '')),
      [
        '  environment TACITURN_TURN_LISTEN: turn.listen: "udp:1"',
        '  environment TACITURN_TURN_LISTEN: turn.listen: "http://[::]:1"',
        '  taciturn.yaml:3: peers.deny: "x"',
        '  taciturn.yaml:5: peers.deny: "10.0.0.1/8"',
      ],
    );
  });

  test('a value that is overridden must be valid all the same', () => {
    const configFile = writeYaml('log:\n  level: loud\n');
    assert.deepEqual(refusal({ configFile, flags: { '--log-level': 'info' } }), [
      '  taciturn.yaml:2: log.level: "loud" is not valid, expected one of debug, info, warn, error, silent',
    ]);
  });

  test('a secret is never part of the message', () => {
    const [line] = refusal({ environment: { TACITURN_MASTER_SECRET: 'hunter2' } });
    assert.match(
      line ?? '',
      /TACITURN_MASTER_SECRET: master_secret: its value is not valid, expected at least 64 hexadecimal/,
    );
    assert.doesNotMatch(line ?? '', /hunter2/);
  });

  const listenConflicts: readonly (readonly [string, RegExp])[] = [
    ['udp://0.0.0.0:3478,udp://0.0.0.0:3478', /udp:\/\/0\.0\.0\.0:3478 and udp:\/\/0\.0\.0\.0:3478 are one socket/],
    ['tcp://0.0.0.0:443,tls://0.0.0.0:443', /are one socket/],
    ['udp://0.0.0.0:50000', /lies within turn.relay_ports 49152-65535/],
    ['tcp://127.0.0.1:8787', /is the address of http.listen/],
  ];
  for (const [listen, expected] of listenConflicts) {
    test(`turn.listen ${listen}`, () => {
      assert.match(refusal({ environment: { TACITURN_TURN_LISTEN: listen } }).join('\n'), expected);
    });
  }

  test('http.admin is a listener of its own', () => {
    const refused = (environment: Record<string, string>) => refusal({ environment }).join('\n');
    assert.match(
      refused({ TACITURN_HTTP_ADMIN: '127.0.0.1:8787' }),
      /environment TACITURN_HTTP_ADMIN: http.admin is the address of http.listen/,
    );
    assert.match(
      refused({ TACITURN_HTTP_ADMIN: '127.0.0.1:443', TACITURN_TURN_LISTEN: 'tls://127.0.0.1:443' }),
      /tls:\/\/127.0.0.1:443 is the address of http.admin/,
    );
  });

  const conflicts: readonly (readonly [string, Record<string, string>, RegExp])[] = [
    [
      'a certificate without its key',
      { TACITURN_TLS_CERTIFICATE: 'a' },
      /TACITURN_TLS_CERTIFICATE: .* without tls.key/,
    ],
    ['too few relay ports', { TACITURN_TURN_RELAY_PORTS: '50000-50002' }, /3 ports are too few for 3 workers/],
    [
      'a relay address twice',
      { TACITURN_TURN_RELAY_ADDRESS: '10.0.0.1,10.0.0.2=10.0.0.1' },
      /10.0.0.2=10.0.0.1 binds or advertises/,
    ],
    ['a relay address that is none', { TACITURN_TURN_RELAY_ADDRESS: '0.0.0.0' }, /"0.0.0.0" is not valid/],
    ['addresses of two families', { TACITURN_TURN_RELAY_ADDRESS: '10.0.0.1=2001:db8::1' }, /not valid/],
    [
      'a secret twice',
      { TACITURN_ADMIN_TOKEN: 't'.repeat(40), TACITURN_ADMIN_TOKEN_FILE: '/none' },
      /TACITURN_ADMIN_TOKEN sets admin_token too/,
    ],
    [
      'a secret file that is not there',
      { TACITURN_ADMIN_TOKEN_FILE: '/none' },
      /TACITURN_ADMIN_TOKEN_FILE: there is no file \/none$/,
    ],
    ['a host name with a port', { TACITURN_TURN_HOSTNAME: 'turn.example:3478' }, /without a port/],
  ];
  for (const [name, environment, expected] of conflicts) {
    test(name, () => {
      assert.match(refusal({ environment }).join('\n'), expected);
    });
  }

  const malformed: readonly (readonly [string, string, RegExp])[] = [
    ['what is no YAML', 'turn: [', /taciturn.yaml:1: /],
    ['a key twice', 'data: a\ndata: b\n', /taciturn.yaml:2: Map keys must be unique/],
    ['a group that is a value', 'turn: 5\n', /taciturn.yaml:1: turn is a group of settings/],
    ['a file that is a list', '- a\n', /taciturn.yaml:1: the file is a group of settings/],
    ['a file variant of a plain setting', 'data_file: a\n', /no setting has the name data_file/],
    ['a group where a value belongs', 'data:\n  a: 1\n', /data: \{"a":1\} is not valid/],
  ];
  for (const [name, text, expected] of malformed) {
    test(name, () => {
      assert.match(refusal({ configFile: writeYaml(text) }).join('\n'), expected);
    });
  }

  test('a configuration file that is not there', () => {
    assert.match(
      refusal({ configFile: join(folder, 'none.yaml') }).join('\n'),
      /none.yaml: there is no file .*none.yaml$/,
    );
  });
});

test('the printed configuration sets the same again, and holds no secret', () => {
  const environment = {
    TACITURN_MASTER_SECRET: secret,
    TACITURN_TURN_RELAY_ADDRESS: '10.0.0.5=203.0.113.7,2001:db8::1',
    TACITURN_HTTP_CORS: '*',
    TACITURN_TURN_HOSTNAME: 'turn.example',
    TACITURN_TURN_REALM: '123',
  };
  const first = load({ environment });
  const printed = printConfig(first.entries);
  assert.doesNotMatch(printed, new RegExp(secret));
  assert.match(printed, /^# master_secret: \(redacted\) {2}# environment TACITURN_MASTER_SECRET$/m);
  assert.match(printed, /^ {2}workers: 3 {2}# default$/m);
  const again = load({ configFile: writeYaml(printed) });
  const visible = ({ entries }: ResolvedConfig): readonly string[] =>
    entries
      .filter(({ setting }) => !setting.secret)
      .map(({ name, setting, value }) => `${name} ${setting.format(value)}`);
  assert.deepEqual(visible(again), visible(first));
});
