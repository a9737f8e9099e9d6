import { cidrContains } from '../base/cidr.ts';
import { formatIp, parseIp } from '../base/ip.ts';
import { portOf } from '../base/socket-address.ts';
import type { Config } from '../config/settings.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../http/server.ts';
import { formatHttpUrl } from './http-url.ts';
import { explainListenFailure } from './start-error.ts';

export interface OpenedHttp {
  readonly server: HttpServer;
  /** The bound port. */
  readonly port: number;
  /** `http://127.0.0.1:8787`; a wildcard is reached by loopback. */
  readonly url: string;
}

/**
 * Makes the HTTP server as configured, and binds it.
 * @throws {StartError} when the system refuses the address.
 */
export async function openHttp(
  config: Config,
  options: Omit<HttpServerOptions, 'limits' | 'corsOrigins' | 'isTrustedProxy' | 'hasDashboard'>,
): Promise<OpenedHttp> {
  const { listen, cors, requestsPerAddressPerMinute, requestsPerTokenPerMinute } = config.http;
  const server = await createHttpServer({
    ...options,
    limits: { requestsPerAddressPerMinute, requestsPerTokenPerMinute },
    corsOrigins: cors,
    hasDashboard: config.http.dashboard,
    ...(config.http.trustedProxies.length === 0 ? {} : { isTrustedProxy: trustProxiesOf(config) }),
  });
  try {
    const { port } = await server.listen({ host: formatIp(listen), port: portOf(listen) });
    return { server, port, url: formatHttpUrl(listen, port) };
  } catch (error) {
    await server.close();
    const where = formatHttpUrl(listen, portOf(listen));
    throw explainListenFailure(error, `The HTTP API cannot listen on ${where}`, 'http.listen (TACITURN_HTTP_LISTEN)');
  }
}

function trustProxiesOf({ http }: Config): (address: string) => boolean {
  return (text) => {
    const address = parseIp(text);
    return address !== undefined && http.trustedProxies.some(({ cidr }) => cidrContains(cidr, address));
  };
}
