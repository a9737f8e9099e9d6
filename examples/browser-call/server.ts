import { networkInterfaces } from 'node:os';
import { env, exit } from 'node:process';
import { createExampleServer } from './example-server.ts';
import type { TurnService } from './ice-servers.ts';
import { listOpenAddresses } from './open-addresses.ts';

const host = env.HOST || '127.0.0.1';
const server = createExampleServer(readService());
server.on('error', (error) =>
  fail(1, `The example cannot listen: ${error.message}. PORT and HOST choose another place.`),
);
server.listen(readPort(), host, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const [here, ...elsewhere] = listOpenAddresses(host, port, networkInterfaces());
  console.log(`Open ${here} in two tabs.`);
  if (elsewhere.length > 0) {
    console.log(`From other machines: ${elsewhere.join(' ')}`);
  }
});

function readService(): TurnService {
  const { TACITURN_KEY_UID: keyUid, TACITURN_KEY_TOKEN: keyToken } = env;
  const url = env.TACITURN_URL || 'http://127.0.0.1:8787';
  if (!keyUid || !keyToken) {
    return fail(
      2,
      'Set TACITURN_KEY_UID and TACITURN_KEY_TOKEN. This makes a TURN key and sets both:\n\n' +
        '  eval "$(npm run --silent taciturn -- key create --name example)"\n',
    );
  }
  if (!URL.canParse(url)) {
    return fail(2, `TACITURN_URL is ${JSON.stringify(url)}, which is no URL; one is http://127.0.0.1:8787.`);
  }
  return { url: url.replace(/\/+$/, ''), keyUid, keyToken };
}

function readPort(): number {
  const text = env.PORT || '8080';
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
    ? Number(text)
    : fail(2, `PORT is ${JSON.stringify(text)}; it takes a number up to 65535.`);
}

function fail(code: number, sentence: string): never {
  console.error(sentence);
  return exit(code);
}
