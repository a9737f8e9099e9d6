import { callService, type ServiceRequest } from './call-service.ts';
import { type AdminOptions, resolveAccount, resolveAdminToken, resolveUrl } from './service-options.ts';

/** What the management API answers, as far as commands read it. */
export interface Envelope<Result> {
  readonly result: Result;
  readonly messages: readonly { readonly message: string }[];
  readonly result_info?: { readonly cursor?: string };
}

/** Calls what belongs to the account, by its path below `calls/`. */
export async function callAccount<Result>(
  options: AdminOptions,
  method: ServiceRequest['method'],
  path: string,
  body?: object,
): Promise<Envelope<Result>> {
  const account = encodeURIComponent(await resolveAccount(options));
  const answer = await callService({
    method,
    url: `${await resolveUrl(options)}/client/v4/accounts/${account}/calls/${path}`,
    token: await resolveAdminToken(options),
    ...(body === undefined ? {} : { body }),
  });
  return answer as Envelope<Result>;
}
