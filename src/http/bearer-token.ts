/** RFC 6750 §2.1; its token is `b68`, but an operator's own admin token may be of any visible characters. */
const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/** The token of an `Authorization` header field, or undefined when the field is missing or is no bearer token. */
export function parseBearerToken(authorization: string | undefined): string | undefined {
  return BEARER.exec(authorization ?? '')?.[1];
}
