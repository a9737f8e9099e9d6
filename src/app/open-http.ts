import { cidrContains } from '../base/cidr.ts';
import { formatIp, parseIp } from '../base/ip.ts';
import { type AddressWords, familyOf, IPV6, portOf } from '../base/socket-address.ts';
import type { Config } from '../config/settings.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../http/server.ts';
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
  options: Omit<HttpServerOptions, 'limits' | 'corsOrigins' | 'isTrustedProxy'>,
): Promise<OpenedHttp> {
  const { listen, cors, requestsPerAddressPerMinute, requestsPerTokenPerMinute } = config.http;
  const server = await createHttpServer({
    ...options,
    limits: { requestsPerAddressPerMinute, requestsPerTokenPerMinute },
    corsOrigins: cors,
    ...(config.http.trustedProxies.length === 0 ? {} : { isTrustedProxy: trustProxiesOf(config) }),
  });
  try {
    const { port } = await server.listen({ host: formatIp(listen), port: portOf(listen) });
    return { server, port, url: `http://${formatUrlHost(listen)}:${port}` };
  } catch (error) {
    await server.close();
    const where = `http://${formatUrlHost(listen)}:${portOf(listen)}`;
    throw explainListenFailure(error, `The HTTP API cannot listen on ${where}`, 'http.listen (TACITURN_HTTP_LISTEN)');
  }
}

function trustProxiesOf({ http }: Config): (address: string) => boolean {
  return (text) => {
    const address = parseIp(text);
    return address !== undefined && http.trustedProxies.some(({ cidr }) => cidrContains(cidr, address));
  };
}

function formatUrlHost(address: AddressWords): string {
  const isAny = address.subarray(1).every((word) => word === 0);
  if (familyOf(address) === IPV6) {
    return `[${isAny ? '::1' : formatIp(address)}]`;
  }
  return isAny ? '127.0.0.1' : formatIp(address);
}
