import { parseIp } from '../../src/base/ip.ts';
import { type AddressWords, withPort } from '../../src/base/socket-address.ts';
import { TurnClient } from '../../test/support/turn-client.ts';
import type { RunningTaciturn } from '../compare/start-taciturn.ts';

/** Of allocations: longer than any round. */
export const LIFETIME_SECONDS = 3_600;

/** One credential with live allocations. */
export interface Victim {
  readonly username: string;
  readonly clients: readonly TurnClient[];
}

/** Allocations with a credential each, so that each flush of usage has as many rows; the result ends them. */
export async function keepUsernamesLive(server: RunningTaciturn, count: number): Promise<() => Promise<void>> {
  const clients: TurnClient[] = [];
  for (let i = 0; i < count; i += 1) {
    clients.push(...(await prepareVictim(server, 1)).clients);
  }
  return async () => {
    await Promise.all(clients.map((client) => client.close()));
  };
}

export async function prepareVictim(server: RunningTaciturn, allocations: number): Promise<Victim> {
  const answer = (await (await callCredentials(server, 'generate', '{"ttl":86400}')).json()) as {
    readonly iceServers: { readonly username: string; readonly credential: string };
  };
  const { username, credential } = answer.iceServers;
  const address = withPort(parseIp('127.0.0.1') as AddressWords, server.port);
  const clients: TurnClient[] = [];
  for (let i = 0; i < allocations; i += 1) {
    const client = await TurnClient.connect({ transport: 'udp', server: address, username, credential });
    await client.allocate({ lifetimeSeconds: LIFETIME_SECONDS });
    clients.push(client);
  }
  return { username, clients };
}

/** @throws {Error} when the answer is no success. */
export async function callCredentials(server: RunningTaciturn, path: string, body?: string): Promise<Response> {
  const response = await fetch(`${server.url}/v1/turn/keys/${server.keyUid}/credentials/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.keyToken}` },
    ...(body === undefined ? {} : { body }),
  });
  if (!response.ok) {
    throw new Error(`the service answered ${response.status}: ${await response.text()}`);
  }
  return response;
}
