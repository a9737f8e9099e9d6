/**
 * Writes `api/openapi.json` from the schemas of the routes; a test fails when it is not what they say.
 *
 *     node scripts/emit-openapi.ts
 */
import { readFile, writeFile } from 'node:fs/promises';
import type { ControlPorts } from '../src/control/ports.ts';
import { createHttpServer } from '../src/http/server.ts';
import type { ServiceReadings } from '../src/http/service-readings.ts';
import { createLogger } from '../src/observe/logger.ts';
import { createMetrics } from '../src/observe/metrics.ts';

const root = new URL('../', import.meta.url);
const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { version: string };

const server = await createHttpServer({
  // To describe a route is not to call it, so there is nothing behind these.
  control: {} as ControlPorts,
  readIceServerUrls: () => ({ stun: [], turn: [] }),
  readReasonsNotReady: () => [],
  readings: {} as ServiceReadings,
  metrics: createMetrics({ version }),
  log: createLogger({ level: 'silent' }),
  version,
});
await writeFile(new URL('api/openapi.json', root), server.openApi);
await server.close();
