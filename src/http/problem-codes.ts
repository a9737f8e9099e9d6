/** One way in which a request fails, as both APIs tell it. */
export interface ProblemKind {
  readonly status: number;
  /** The code in the envelope of `/client/v4`. Cloudflare's own where it has a public one, else ours: 2000 to 2999. */
  readonly envelopeCode: number;
  /** What the caller reads when nothing more exact is known. */
  readonly description: string;
}

/**
 * Every way in which a request fails. The names are the `errorCode` of the credential API; the set is closed, and
 * documented in `docs/reference/errors.md`.
 */
export const PROBLEM_KINDS = {
  invalid_request: { status: 400, envelopeCode: 2000, description: 'The request is not well-formed HTTP.' },
  invalid_body: { status: 400, envelopeCode: 2001, description: 'The body is not a JSON object.' },
  invalid_ttl: {
    status: 400,
    envelopeCode: 2002,
    description: 'ttl must be a whole number of seconds, at least 1.',
  },
  invalid_custom_identifier: {
    status: 400,
    envelopeCode: 2003,
    description: 'customIdentifier must be a string of at most 64 bytes of UTF-8, without U+0000.',
  },
  invalid_issued_before: {
    status: 400,
    envelopeCode: 2004,
    description: 'issuedBefore must be an RFC 3339 time since 1970.',
  },
  nothing_to_revoke: {
    status: 400,
    envelopeCode: 2005,
    description: 'Name a customIdentifier, an issuedBefore, or both.',
  },
  invalid_name: {
    status: 400,
    envelopeCode: 2006,
    description: 'name must be a string of at most 256 bytes of UTF-8, without U+0000.',
  },
  invalid_page: {
    status: 400,
    envelopeCode: 2007,
    description: 'page must be a whole number, at least 1, and per_page one from 1 to 1000.',
  },
  malformed_authorization: { status: 400, envelopeCode: 6003, description: 'Invalid request headers' },
  unauthorized: { status: 401, envelopeCode: 10000, description: 'Authentication error' },
  key_limit_reached: {
    status: 409,
    envelopeCode: 2008,
    description: 'The account has as many TURN keys as it may have. Delete one first.',
  },
  invalid_permissions: {
    status: 400,
    envelopeCode: 2015,
    description: 'A token needs at least one permission: Calls Read, Calls Write, Account Analytics Read.',
  },
  invalid_expires_on: {
    status: 400,
    envelopeCode: 2016,
    description: 'expires_on must be an RFC 3339 time in the future.',
  },
  unsupported_restriction: {
    status: 422,
    envelopeCode: 2017,
    description: 'Tokens cannot be restricted in this way. Leave the member out, or make no token.',
  },
  invalid_overlap: {
    status: 400,
    envelopeCode: 2021,
    description: 'overlap_seconds must be a whole number from 0 to 2592000.',
  },
  token_limit_reached: {
    status: 409,
    envelopeCode: 2018,
    description: 'The account has as many API tokens as it may have. Delete one first.',
  },
  account_limit_reached: {
    status: 409,
    envelopeCode: 2019,
    description: 'There are as many accounts as there may be.',
  },
  invalid_limit: {
    status: 400,
    envelopeCode: 2045,
    description: 'A limit has a name that there is, and is a whole number within its range, or null.',
  },
  limit_above_account: {
    status: 400,
    envelopeCode: 2046,
    description: 'A TURN key cannot have a higher limit than its account.',
  },
  invalid_webhook_url: {
    status: 400,
    envelopeCode: 2050,
    description: 'url must be an https URL of at most 2048 characters, without a user and a password.',
  },
  invalid_webhook_events: {
    status: 400,
    envelopeCode: 2051,
    description: 'events must name at least one kind of event, and thresholds must be numbers of bytes.',
  },
  webhook_limit_reached: {
    status: 409,
    envelopeCode: 2052,
    description: 'The account has as many webhooks as it may have. Delete one first.',
  },
  invalid_secret: {
    status: 400,
    envelopeCode: 2035,
    description: 'secret must be a string of 16 to 256 bytes of UTF-8, without control characters.',
  },
  secret_limit_reached: {
    status: 409,
    envelopeCode: 2036,
    description: 'There are as many shared secrets as there may be. Delete one first.',
  },
  revocation_limit_reached: {
    status: 409,
    envelopeCode: 2031,
    description: 'As many custom identifiers of the TURN key are revoked as may be; nothing was revoked.',
  },
  secret_in_use: {
    status: 409,
    envelopeCode: 2037,
    description: 'A TURN key has this shared secret already. Take another one.',
  },
  invalid_service: { status: 400, envelopeCode: 2039, description: 'service must be "turn".' },
  forbidden: { status: 403, envelopeCode: 10000, description: 'Authentication error' },
  invalid_query: { status: 400, envelopeCode: 2022, description: 'The query of usage cannot be answered.' },
  invalid_usage_range: {
    status: 400,
    envelopeCode: 2055,
    description: 'since is a day, and until a later one: a date, or an RFC 3339 time at midnight in UTC.',
  },
  invalid_group_by: {
    status: 400,
    envelopeCode: 2056,
    description: 'group_by must be date, keyId, customIdentifier or username.',
  },
  invalid_filter: {
    status: 400,
    envelopeCode: 2030,
    description: 'A filter of the list is not one that there is, or has no value that it may have.',
  },
  invalid_email: { status: 400, envelopeCode: 2070, description: 'email must be an address of at most 254 bytes.' },
  invalid_password: {
    status: 400,
    envelopeCode: 2071,
    description: 'The password is too short, too long, or too easy to guess.',
  },
  invalid_roles: {
    status: 400,
    envelopeCode: 2072,
    description: 'A person needs at least one role, and at most one for each account.',
  },
  link_not_valid: { status: 403, envelopeCode: 2073, description: 'The link was used, has expired, or never was.' },
  sign_in_failed: { status: 401, envelopeCode: 2074, description: 'Nobody has this email and this password.' },
  wrong_password: { status: 403, envelopeCode: 2075, description: 'This is not the present password.' },
  too_many_sign_ins: {
    status: 429,
    envelopeCode: 2076,
    description: 'Signing in was tried too often. Try again later.',
  },
  cross_site_request: {
    status: 403,
    envelopeCode: 2077,
    description:
      'The request does not come from a page of this service, or its X-CSRF-Token is not that of the session. ' +
      'Load the page again.',
  },
  setup_not_needed: {
    status: 409,
    envelopeCode: 2078,
    description: 'The installation has its first person already.',
  },
  last_owner: {
    status: 409,
    envelopeCode: 2079,
    description: 'Nobody else who can sign in owns the installation.',
  },
  email_in_use: { status: 409, envelopeCode: 2080, description: 'There is a person with this email already.' },
  unknown_person: { status: 404, envelopeCode: 2081, description: 'There is no person with this identifier.' },
  unknown_session: { status: 404, envelopeCode: 2082, description: 'You have no session with this identifier.' },
  unknown_passkey: { status: 404, envelopeCode: 2083, description: 'You have no passkey with this identifier.' },
  passkey_refused: {
    status: 400,
    envelopeCode: 2084,
    description: 'The answer of the authenticator does not fit.',
  },
  people_limit_reached: {
    status: 409,
    envelopeCode: 2085,
    description: 'There are as many people as there may be. Delete one first.',
  },
  passkey_limit_reached: {
    status: 409,
    envelopeCode: 2086,
    description: 'You have as many passkeys as one may have. Delete one first.',
  },
  unknown_route: { status: 404, envelopeCode: 7000, description: 'No route for that URI' },
  unknown_account: {
    status: 404,
    envelopeCode: 7003,
    description: 'Could not route to the account, perhaps your object identifier is invalid?',
  },
  unknown_key: { status: 404, envelopeCode: 2009, description: 'The account has no TURN key with this identifier.' },
  unknown_token: { status: 404, envelopeCode: 2020, description: 'The account has no API token with this identifier.' },
  unknown_webhook: {
    status: 404,
    envelopeCode: 2053,
    description: 'The account has no webhook with this identifier.',
  },
  unknown_secret: {
    status: 404,
    envelopeCode: 2038,
    description: 'The TURN key has no shared secret with this identifier.',
  },
  unknown_username: {
    status: 404,
    envelopeCode: 2010,
    description: 'This TURN key did not issue a credential with this username.',
  },
  unknown_allocation: {
    status: 404,
    envelopeCode: 2040,
    description: 'The account has no live allocation with this identifier.',
  },
  invalid_cursor: {
    status: 400,
    envelopeCode: 2041,
    description: 'cursor must be what the page before of the same list gave.',
  },
  too_many_streams: {
    status: 429,
    envelopeCode: 2043,
    description: 'The token has as many streams open as it may have. Close one first.',
  },
  too_many_account_streams: {
    status: 429,
    envelopeCode: 2060,
    description: 'The account has as many streams open, with all of its tokens, as it may have. Close one first.',
  },
  method_not_allowed: { status: 405, envelopeCode: 7001, description: 'Method not available for that URI' },
  request_timeout: { status: 408, envelopeCode: 2011, description: 'The request did not arrive in time.' },
  webhook_disabled: { status: 409, envelopeCode: 2054, description: 'The webhook is disabled. Enable it first.' },
  unknown_connection_test: {
    status: 404,
    envelopeCode: 2090,
    description: 'The account has no connection test with this identifier.',
  },
  connection_test_limit_reached: {
    status: 409,
    envelopeCode: 2091,
    description: 'The account has as many connection tests as it may have. Delete one first.',
  },
  invalid_expires_in: {
    status: 400,
    envelopeCode: 2092,
    description: 'expires_in must be a whole number of seconds from 60 to 604800.',
  },
  connection_test_ended: {
    status: 404,
    envelopeCode: 2093,
    description: 'This link is not good, or not any more. Ask whoever sent it for another one.',
  },
  connection_test_used_up: {
    status: 409,
    envelopeCode: 2094,
    description: 'This link was used as often as it may be. Ask whoever sent it for another one.',
  },
  invalid_connection_test_result: {
    status: 400,
    envelopeCode: 2095,
    description: 'The result of a connection test is none, or is too long.',
  },
  body_too_large: { status: 413, envelopeCode: 2012, description: 'The body is too large.' },
  too_many_requests: { status: 429, envelopeCode: 2013, description: 'Too many requests. Try again later.' },
  headers_too_large: { status: 431, envelopeCode: 2014, description: 'The header is too large.' },
  internal_error: { status: 500, envelopeCode: 2500, description: 'An internal error occurred.' },
  unavailable: {
    status: 503,
    envelopeCode: 2503,
    description: 'The service cannot do this at the moment. Try again later.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEM_KINDS;
