import { cidrContains } from '../base/cidr.ts';
import { formatIp, parseIp } from '../base/ip.ts';
import { type AddressWords, portOf, withPort } from '../base/socket-address.ts';
import type { Config } from '../config/settings.ts';
import { createHttpServer, type HttpServerOptions } from '../http/server.ts';
import { formatHttpUrl } from './http-url.ts';
import { explainListenFailure } from './start-error.ts';

export interface OpenedHttp {
  /** Where each listener is bound. */
  readonly listening: readonly AddressWords[];
  /** `http://127.0.0.1:8787`; a wildcard is reached by loopback. */
  readonly url: string;
  /** The same of the listener that answers the management API. */
  readonly adminUrl: string;
  close(): Promise<void>;
}

type Surroundings = Omit<HttpServerOptions, 'limits' | 'corsOrigins' | 'isTrustedProxy' | 'serves' | 'hasDashboard'>;

/**
 * Makes the HTTP servers as configured, and binds them.
 * @throws {StartError} when the system refuses an address.
 */
export async function openHttp(config: Config, surroundings: Surroundings): Promise<OpenedHttp> {
  const { listen, admin } = config.http;
  const options = describeServer(config, surroundings);
  const first = await openListener('listen', listen, { ...options, serves: admin ? 'credentials' : 'everything' });
  if (admin === undefined) {
    return { ...first, adminUrl: first.url };
  }
  try {
    const second = await openListener('admin', admin, options);
    return {
      listening: [...first.listening, ...second.listening],
      url: first.url,
      adminUrl: second.url,
      close: async () => {
        await Promise.all([first.close(), second.close()]);
      },
    };
  } catch (error) {
    await first.close();
    throw error;
  }
}

async function openListener(
  name: 'listen' | 'admin',
  address: AddressWords,
  options: HttpServerOptions,
): Promise<Omit<OpenedHttp, 'adminUrl'>> {
  const server = await createHttpServer(options);
  try {
    const { port } = await server.listen({ host: formatIp(address), port: portOf(address) });
    return { listening: [withPort(address, port)], url: formatHttpUrl(address, port), close: () => server.close() };
  } catch (error) {
    await server.close();
    const where = formatHttpUrl(address, portOf(address));
    const setting = `http.${name} (TACITURN_HTTP_${name.toUpperCase()})`;
    throw explainListenFailure(error, `The HTTP API cannot listen on ${where}`, setting);
  }
}

function describeServer(config: Config, surroundings: Surroundings): HttpServerOptions {
  const { cors, trustedProxies, requestsPerAddressPerMinute, requestsPerTokenPerMinute } = config.http;
  return {
    ...surroundings,
    limits: { requestsPerAddressPerMinute, requestsPerTokenPerMinute },
    corsOrigins: cors,
    hasDashboard: config.http.dashboard,
    ...(trustedProxies.length === 0 ? {} : { isTrustedProxy: trustProxiesOf(config) }),
  };
}

function trustProxiesOf({ http }: Config): (address: string) => boolean {
  return (text) => {
    const address = parseIp(text);
    return address !== undefined && http.trustedProxies.some(({ cidr }) => cidrContains(cidr, address));
  };
}
