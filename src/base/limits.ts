import { assert } from './assert.ts';

/*
 * Every limit of the protocol and of the core, in one place. A limit that an RFC sets cites it; the others say what
 * they protect. `assertLimits` holds what they must be to each other.
 */

/** Bytes of a STUN message header (RFC 8489 §5). */
export const STUN_HEADER_BYTES = 20;
/** Bytes of a STUN message, at most: its length field has 16 bits and counts whole words (RFC 8489 §5). */
export const STUN_MESSAGE_BYTES_MAX = STUN_HEADER_BYTES + 0xfffc;
/**
 * Attributes of one message, at most. Real messages carry about ten; a CreatePermission names one peer in each, and 100
 * peers fill an Ethernet frame. A message with more is refused, so that the index of attributes has a fixed size.
 */
export const STUN_ATTRIBUTES_MAX = 128;

/** USERNAME has fewer than 509 bytes when it is written (RFC 8489 §14.3). */
export const USERNAME_BYTES_MAX = 508;
/** REALM, NONCE, SOFTWARE and reason phrases have fewer than 128 characters (RFC 8489 §14.8–14.10, §14.14). */
export const TEXT_CHARACTERS_MAX = 127;
/** These and USERNAME are read with up to 763 bytes, since RFC 5389 counted six bytes a character (RFC 8489 §14.3). */
export const TEXT_BYTES_MAX = 763;
/** ALTERNATE-DOMAIN has at most 255 bytes (RFC 8489 §14.16). */
export const DOMAIN_BYTES_MAX = 255;

/** Bytes that a UDP datagram over IPv4 carries, at most: 65,535 less 20 of IP and 8 of UDP. */
export const UDP_PAYLOAD_BYTES_MAX = 65_507;
/** Bytes of one frame in a stream, at most: the longest STUN message is longer than the longest ChannelData message. */
export const STREAM_FRAME_BYTES_MAX = STUN_MESSAGE_BYTES_MAX;

/** A custom identifier has at most 64 bytes of UTF-8, so that a username stays within USERNAME. */
export const CUSTOM_IDENTIFIER_BYTES_MAX = 64;
/** Bytes of a credential's username without a custom identifier: 48, in hexadecimal digits. */
export const CREDENTIAL_USERNAME_BYTES_MIN = 96;
/** A master secret has at least as many bytes as the keys derived from it have. */
export const MASTER_SECRET_BYTES_MIN = 32;
/** Lifetime of a credential when the request names none, and the longest that is granted by default. */
export const CREDENTIAL_TTL_SECONDS_DEFAULT = 86_400;
export const CREDENTIAL_TTL_SECONDS_MAX_DEFAULT = 172_800;
/** The name of a person, or one that people give: to a TURN key, an account, a token or a shared secret; in bytes of UTF-8. */
export const NAME_BYTES_MAX = 256;
/** How long a key's former API token stays good when the key is rolled: when the caller does not say, and at most. */
export const ROLL_OVERLAP_SECONDS_DEFAULT = 3_600;
export const ROLL_OVERLAP_SECONDS_MAX = 30 * 86_400;
/** A shared secret, in bytes of UTF-8: shorter ones can be found from one credential, by trying. */
export const SHARED_SECRET_BYTES_MIN = 16;
export const SHARED_SECRET_BYTES_MAX = 256;
/**
 * Shared secrets of one TURN key, of one account, and of the installation. Each is tried for each request whose username could
 * be made with it, by whomever, so they are few.
 */
export const SHARED_SECRETS_PER_KEY_MAX = 10;
export const SHARED_SECRETS_PER_ACCOUNT_MAX = 16;
export const SHARED_SECRETS_MAX = 128;
/** Custom identifiers of one TURN key whose credentials are revoked in bulk and have not expired: every worker knows them. */
export const REVOKED_IDENTIFIERS_PER_KEY_MAX = 10_000;
/** Bulk revocations are forgotten at most this long after the last credential that they concern has expired, many at a time. */
export const BULK_REVOCATIONS_FORGOTTEN_EVERY_MS = 60_000;
/** TURN keys of one account, by default; they are all held in memory by every relay. */
export const KEYS_PER_ACCOUNT_MAX_DEFAULT = 1_000;
/** Accounts of one installation. */
export const ACCOUNTS_MAX = 10_000;
/** Connection tests that are kept of one account, and for how long after their links have expired. */
export const CONNECTION_TESTS_PER_ACCOUNT_MAX = 500;
export const CONNECTION_TEST_AGE_MS_MAX = 30 * 24 * 60 * 60 * 1000;
/** How long the link of a connection test is good: when the caller does not say, at least, and at most. */
export const CONNECTION_TEST_SECONDS_DEFAULT = 86_400;
export const CONNECTION_TEST_SECONDS_MIN = 60;
export const CONNECTION_TEST_SECONDS_MAX = 7 * 86_400;
/** How often a link is opened, how long each credential lives that it gives, and how many results of what size are kept. */
export const CONNECTION_TEST_USES_MAX = 20;
export const CONNECTION_TEST_CREDENTIAL_SECONDS = 300;
export const CONNECTION_TEST_RESULTS_MAX = 20;
export const CONNECTION_TEST_RESULT_BYTES_MAX = 16 * 1024;
/** Of one result: paths, candidates of a path, and bytes of its texts. */
export const CONNECTION_TEST_PATHS_MAX = 20;
export const CONNECTION_TEST_CANDIDATES_MAX = 10;
export const CONNECTION_TEST_URL_BYTES_MAX = 300;
export const CONNECTION_TEST_ADDRESS_BYTES_MAX = 64;
export const CONNECTION_TEST_ERROR_BYTES_MAX = 200;
export const CONNECTION_TEST_AGENT_BYTES_MAX = 512;
/** Items on one page of a list, at most. */
export const ITEMS_PER_PAGE_MAX = 1_000;
/** Entries of the audit log that page numbers reach; the database passes over all that come before a page. */
export const AUDIT_OFFSET_MAX = 100_000;
/** API tokens of one account; each is a secret that somebody must look after. */
export const TOKENS_PER_ACCOUNT_MAX = 500;
/** How often the use of an API token is written down, and tokens whose last note is remembered. */
export const TOKEN_USE_INTERVAL_MS = 60_000;
export const COUNTED_TOKENS_MAX = 10_000;
/** Keys whose proved token is remembered, and for how long: what a lost change log could delay the end of a key by. */
export const VERIFIED_KEYS_MAX = 10_000;
export const VERIFIED_KEY_AGE_MS_MAX = 5_000;
/** Keys whose signing secret is kept, so that it need not be derived for each credential. */
export const SIGNING_SECRETS_KEPT_MAX = 10_000;
/** Changes that a relay reads at once. */
export const CHANGES_PER_READ_MAX = 1_000;
/** Revoked usernames that are read from the store at once, when a relay starts. */
export const SNAPSHOT_CHANGES_PER_READ = 1_000;
/** How long the change log reaches back; a relay that was away for longer reads a snapshot. */
export const CHANGE_LOG_AGE_MS_MAX = 24 * 60 * 60 * 1000;
/** Rows of one kind that are removed at once. */
export const ROWS_PER_PRUNE_MAX = 2_000;
/** How long the database remembers which deltas of a worker it has added; a repetition comes within seconds. */
export const USAGE_REPETITION_AGE_MS_MAX = 7 * 24 * 60 * 60 * 1000;
/** Months before this one whose egress by account and key is kept. */
export const EGRESS_MONTHS_KEPT = 13;
/** Webhooks of one account, by default; each event is written once for each of them that wants it. */
export const WEBHOOKS_PER_ACCOUNT_MAX_DEFAULT = 10;
/** Webhooks: characters of a URL, thresholds of one, and events that wait for one. */
export const WEBHOOK_URL_CHARACTERS_MAX = 2_048;
export const WEBHOOK_THRESHOLDS_MAX = 20;
export const WEBHOOK_QUEUE_MAX = 10_000;
/** Events that are queued at once of what a worker tells, five times a second at most; more would hold up the main thread. */
export const WEBHOOK_EVENTS_PER_BATCH_MAX = 500;
/** Batches of notices that wait to be queued while the store is busy. */
export const NOTICE_BATCHES_WAITING_MAX = 16;
/** Requests to one webhook at once, and webhooks that are sent to at once. */
export const WEBHOOK_ATTEMPTS_AT_ONCE = 8;
export const WEBHOOKS_AT_ONCE = 16;
/** Of one account, so that its receivers, were they all slow, leave room for others. */
export const WEBHOOKS_AT_ONCE_PER_ACCOUNT = 4;
/** Webhooks that are looked at in a round, to choose from them. */
export const WEBHOOKS_WAITING_READ_MAX = 1_000;
/** Names that are looked up at once: each takes a thread of the pool, which files and hashes need too. */
export const WEBHOOK_LOOKUPS_AT_ONCE = 2;
/** How long the former secret of a webhook is signed with as well. */
export const WEBHOOK_SECRET_OVERLAP_MS = 24 * 60 * 60 * 1000;
/** Bytes of an answer's body that are read, so that the connection can be used again. */
export const WEBHOOK_ANSWER_BYTES_MAX = 16_384;
/** People who may sign in; bytes of an email address (RFC 5321 §4.5.3.1.3), and how long an invitation is good. */
export const PEOPLE_MAX = 1_000;
export const EMAIL_BYTES_MAX = 254;
export const INVITATION_AGE_MS_MAX = 72 * 60 * 60 * 1000;
export const SETUP_LINK_AGE_MS_MAX = 24 * 60 * 60 * 1000;
/** Characters of a password: fewer are guessed, more are no password. */
export const PASSWORD_CHARACTERS_MIN = 12;
export const PASSWORD_CHARACTERS_MAX = 256;
/** Passwords that are hashed at once, each with its memory and a thread of the pool, and that wait for it. */
export const PASSWORD_HASHES_AT_ONCE = 2;
export const PASSWORD_HASHES_WAITING_MAX = 32;
/** How long somebody stays signed in without doing anything, and at most. */
export const SESSION_IDLE_MS_MAX = 12 * 60 * 60 * 1000;
export const SESSION_AGE_MS_MAX = 14 * 24 * 60 * 60 * 1000;
/** Browsers in which one person is signed in; the one unused for longest is signed out. And what is kept of their names. */
export const SESSIONS_PER_PERSON_MAX = 50;
export const USER_AGENT_BYTES_MAX = 256;
/** Attempts to sign in from one address (an IPv6 /64 is one) and for one email, in a window; and how many of each are counted. */
export const SIGN_IN_WINDOW_MS = 15 * 60 * 1000;
export const SIGN_INS_PER_ADDRESS_MAX = 50;
export const SIGN_INS_PER_EMAIL_MAX = 10;
export const COUNTED_SIGN_INS_MAX = 10_000;
/** Passkeys of one person, and challenges that wait for an authenticator, for so long. */
export const PASSKEYS_PER_PERSON_MAX = 20;
export const PASSKEY_CHALLENGES_MAX = 10_000;
export const PASSKEY_CHALLENGE_AGE_MS_MAX = 5 * 60 * 1000;
/** Rows that one statement writes: of usage, denied peers or events. */
export const ROWS_PER_STATEMENT_MAX = 200;

/** Analytics: groups of one answer, and the longest spans that one query reads by the minute and by the hour. */
export const ANALYTICS_GROUPS_MAX = 10_000;
export const ANALYTICS_MINUTES_SPAN_MS_MAX = 32 * 24 * 60 * 60 * 1000;
export const ANALYTICS_HOURS_SPAN_MS_MAX = 400 * 24 * 60 * 60 * 1000;
/** Conditions of a filter with their values, characters of a text in it, and `%` in a pattern. */
export const ANALYTICS_FILTER_NODES_MAX = 1_000;
export const ANALYTICS_TEXT_CHARACTERS_MAX = USERNAME_BYTES_MAX;
export const ANALYTICS_LIKE_WILDCARDS_MAX = 3;
/** Filters within filters: each is a call within a call. */
export const ANALYTICS_FILTER_DEPTH_MAX = 16;
/** An export of usage: the days that it spans, in milliseconds; the time that one may take; rows that are read at once. */
export const USAGE_EXPORT_SPAN_MS_MAX = 400 * 24 * 60 * 60 * 1000;
export const USAGE_EXPORT_MS_MAX = 60 * 60 * 1000;
export const USAGE_EXPORT_ROWS_PER_PAGE = 500;
/** A GraphQL document: words and signs, levels, fields with those of its fragments, and of them queries of usage. */
export const GRAPHQL_TOKENS_MAX = 2_000;
export const GRAPHQL_DEPTH_MAX = 20;
export const GRAPHQL_FIELDS_MAX = 500;
export const GRAPHQL_USAGE_QUERIES_MAX = 20;
/** Brackets within brackets of a document, and values in values of its variables: deeper ones exhaust the stack of who reads them. */
export const GRAPHQL_BRACKET_DEPTH_MAX = 100;
export const GRAPHQL_VARIABLE_DEPTH_MAX = 64;

/** Lifetime of an allocation when the client names none or a shorter one (RFC 8656 §3.2), and the longest by default (§7.2). */
export const ALLOCATION_LIFETIME_SECONDS_DEFAULT = 600;
export const ALLOCATION_LIFETIME_SECONDS_MAX_DEFAULT = 3_600;
/** How long a permission lasts (RFC 8656 §9). */
export const PERMISSION_LIFETIME_MS = 300_000;
/** How long a channel binding lasts, and how long after it its number and its peer wait for another partner (RFC 8656 §12). */
export const CHANNEL_LIFETIME_MS = 600_000;
export const CHANNEL_REUSE_DELAY_MS = 300_000;
/** How long the port next to an allocation's is kept for the holder of its token (RFC 8656 §7.2: at least 30 seconds). */
export const RESERVATION_LIFETIME_MS = 30_000;
/** How long a nonce is accepted, by default: one expires at least once an hour (RFC 8656 §5). */
export const NONCE_LIFETIME_SECONDS_DEFAULT = 3_600;
/** Worker threads: a reservation token names its worker in one byte. */
export const WORKERS_MAX = 256;
/** Allocations of one worker: the most that channels can be told apart by 32 bits, and what is usual. */
export const ALLOCATIONS_PER_WORKER_MAX = 0x40000;
export const ALLOCATIONS_PER_WORKER_MAX_DEFAULT = 32_768;
/** Allocations of one credential at one time, by default. An application may give one credential to many users. */
export const ALLOCATIONS_PER_CREDENTIAL_MAX_DEFAULT = 1_000;
/** The highest numbers that can be set: of live allocations, and of bytes in a month, which a double counts exactly. */
export const ALLOCATIONS_QUOTA_MAX = 100_000_000;
export const MONTHLY_EGRESS_BYTES_MAX = 1_000_000_000_000_000;
/** Peers that one allocation has permissions for, and channels to, by default; both hold memory for as long as they last. */
export const PERMISSIONS_PER_ALLOCATION_MAX_DEFAULT = 256;
export const CHANNELS_PER_ALLOCATION_MAX_DEFAULT = 256;
/**
 * What one allocation may do in a second, by default. A call takes tens of peers and some hundred packets of a few Mbit/s;
 * whoever scans addresses or moves files through the relay needs far more.
 */
export const NEW_PEERS_PER_SECOND_DEFAULT = 5;
export const PACKETS_PER_SECOND_DEFAULT = 10_000;
export const BITS_PER_SECOND_DEFAULT = 100_000_000;
/**
 * New peers at once: a call's other side names 10 to 20 candidates in its first second, each of which may have an address of
 * its own, and may do so once more when ICE begins anew.
 */
export const NEW_PEERS_BURST_DEFAULT = 40;
/** The highest limits that can be set: buckets count millionths of a packet and of a byte in whole numbers. */
export const NEW_PEERS_MAX = 1_000_000;
export const PACKETS_PER_SECOND_MAX = 1_000_000_000;
export const BITS_PER_SECOND_MAX = 10_000_000_000;
/** Ports of one worker that wait for the holder of a token, by default. */
export const RESERVATIONS_PER_WORKER_MAX_DEFAULT = 256;
/** Allocations of one worker that wait for their relay socket, by default, and for how long. */
export const PENDING_ALLOCATIONS_PER_WORKER_MAX_DEFAULT = 1_024;
export const PENDING_ALLOCATION_AGE_MS_MAX = 5_000;
/** Ports that are tried, one after the other, when another program has taken them. */
export const RELAY_OPEN_ATTEMPTS_MAX = 8;
/** Ports below are well-known ones, where nothing may be relayed to or from (RFC 8656 §7.2). */
export const RELAY_PORT_MIN = 1_024;
/** Bytes of an answer to a client, at most, and answers that are kept until they are sent. */
export const RESPONSE_BYTES_MAX = 1_024;
export const RESPONSES_KEPT_MAX = 256;
/** Free bytes that a relayed payload has before it (a Data indication for an IPv6 peer takes 48) and behind it. */
export const RELAY_HEADROOM_BYTES_MIN = 48;
export const RELAY_TAILROOM_BYTES_MIN = 3;
/** Refusals a second that one address gets over UDP without being authenticated, by default. */
export const REFUSALS_PER_ADDRESS_PER_SECOND_DEFAULT = 10;
/** Addresses whose refusals are counted by one worker, and in how many rows each of them may be. */
export const REFUSAL_ROWS = 16_384;
export const REFUSAL_ROWS_PER_SET = 8;
/** Denied peers that one worker tells apart between two reports, and in how many rows each of them may be. */
export const DENIED_PEER_ROWS = 1_024;
export const DENIED_PEER_ROWS_PER_SET = 8;
/** Outcomes of allocations that one worker tells apart between two reports: keys times transports times what became of them. */
export const OUTCOME_ROWS_MAX = 4_096;
/** Denied peers that are kept of one key: those denied last. */
export const DENIED_PEERS_PER_KEY_MAX = 1_000;
/** Notices of one worker that wait to be fetched, five times a second; and limits of keys whose last notice is remembered. */
export const NOTICES_PER_WORKER_MAX = 2_048;
export const TOLD_LIMIT_ROWS = 1_024;
/**
 * Bytes of the configured realm: with more, the challenge that answers a browser's first Allocate, which anybody may send in another's
 * name, would be more than 2.5 times as long, IP and UDP headers counted.
 */
export const REALM_BYTES_MAX = 32;
/** Bytes of the configured software name, which is in answers that must stay small. */
export const SOFTWARE_BYTES_MAX = 64;

/** Users whose keys a worker keeps after they were authenticated: about 1 KiB each. */
export const RECENT_USERS_MAX = 1_024;

/** TCP and TLS connections of one worker, and of them those of one client address, an IPv6 /64 counted as one: by default. */
export const STREAM_CONNECTIONS_PER_WORKER_MAX_DEFAULT = 16_384;
export const STREAM_CONNECTIONS_PER_ADDRESS_MAX_DEFAULT = 1_024;
/** TLS handshakes of one worker that are under way, about 14 KiB each, and how long one may take. */
export const TLS_HANDSHAKES_PER_WORKER_MAX = 8_192;
export const TLS_HANDSHAKE_MS_MAX = 10_000;
/** How long a connection without an allocation may be without a whole message. */
export const STREAM_IDLE_MS_MAX = 60_000;
/** Connections that the system keeps until they are accepted. */
export const STREAM_BACKLOG_MAX = 1_024;
/** Bytes that wait for a slow reader: above the first, relayed packets are dropped, above the second answers too. */
export const STREAM_RELAYED_QUEUE_BYTES_MAX = 128 * 1024;
export const STREAM_ANSWER_QUEUE_BYTES_MAX = 160 * 1024;
/** Listeners: transports times addresses times ports. */
export const LISTENERS_MAX = 256;
/** How often a worker reports usage, by default, rows of a report, and reports that the store may not yet have taken before it pauses. */
export const USAGE_REPORT_INTERVAL_MS_DEFAULT = 5_000;
export const USAGE_ROWS_PER_REPORT_MAX = 1_000;
export const USAGE_REPORTS_UNACKNOWLEDGED_MAX = 64;

/**
 * The live view: numbers that a worker looks at and allocations that it describes before packets have their turn, peers that are
 * listed with an allocation, and how long a worker may take to answer before it is told as missing.
 */
export const LIVE_NUMBERS_PER_SLICE_MAX = 2_048;
export const LIVE_RECORDS_PER_SLICE_MAX = 100;
export const LIVE_PEERS_LISTED_MAX = 20;
export const LIVE_ANSWER_MS_MAX = 2_000;
/** Allocations of one page, and of one event of a stream. */
export const LIVE_ALLOCATIONS_PER_PAGE_MAX = 1_000;
export const LIVE_ALLOCATIONS_PER_EVENT_MAX = 250;
/** How often streams tell what has changed, and how long the workers are left in peace at least. */
export const LIVE_POLL_MS = 1_000;
export const LIVE_POLL_PAUSE_MS_MIN = 250;
/** Denied peers that are told with what an account does at this moment, and how long ago they may have been denied. */
export const LIVE_DENIED_LISTED_MAX = 20;
export const LIVE_DENIED_AGE_MS_MAX = 15 * 60_000;
/** Changes that are kept for whoever reads slowly or comes again: moments, and allocations in them. */
export const LIVE_FRAMES_KEPT_MAX = 60;
export const LIVE_FRAME_ROWS_KEPT_MAX = 50_000;
/** How long what a stream told is remembered when its last reader has gone, and for how many such streams. */
export const LIVE_FEED_KEPT_MS_MAX = 15_000;
export const LIVE_FEEDS_KEPT_MAX = 4;
/** Open streams of one token, of one account and of the process; each holds a connection, and different filters are read apart. */
export const LIVE_STREAMS_PER_TOKEN_MAX = 8;
export const LIVE_STREAMS_PER_ACCOUNT_MAX = 32;
export const LIVE_STREAMS_MAX = 64;
/** How long a stream's reader waits before it connects again. */
export const LIVE_RETRY_MS = 2_000;
/** How often a stream without news shows that it lives, and how often it asks whether its token is still good. */
export const LIVE_HEARTBEAT_MS = 15_000;
export const LIVE_TOKEN_CHECK_MS = 2_000;
/** How long a stream's reader may take nothing, and how often that is looked at. */
export const LIVE_STALL_MS_MAX = 30_000;
export const LIVE_STALL_CHECK_MS = 2_000;

/** Asserts how the limits relate; every process calls it once at its start. */
export function assertLimits(): void {
  assertControlLimits();
  assert(STUN_MESSAGE_BYTES_MAX % 4 === 0, 'a STUN message is a whole number of words');
  assert(STREAM_FRAME_BYTES_MAX >= 4 + 0x10000, 'a stream frame holds any padded ChannelData message');
  assert(UDP_PAYLOAD_BYTES_MAX <= 0xffff, 'a relayed payload fits the length field of ChannelData');
  assert(STUN_ATTRIBUTES_MAX * 4 <= STUN_MESSAGE_BYTES_MAX, 'so many attributes fit a message');
  assert(TEXT_CHARACTERS_MAX * 4 <= TEXT_BYTES_MAX, 'every text of so many characters fits its bytes');
  assert(USERNAME_BYTES_MAX <= TEXT_BYTES_MAX, 'every username that may be written can be read');
  assert(
    CREDENTIAL_USERNAME_BYTES_MIN + 2 * CUSTOM_IDENTIFIER_BYTES_MAX <= USERNAME_BYTES_MAX,
    'a username with the longest custom identifier fits USERNAME',
  );
  assert(CREDENTIAL_TTL_SECONDS_DEFAULT <= CREDENTIAL_TTL_SECONDS_MAX_DEFAULT, 'the usual lifetime is allowed');
  assert(ROWS_PER_STATEMENT_MAX * 13 <= 32_766, 'the values of one statement are no more than SQLite takes');
  assert(ANALYTICS_HOURS_SPAN_MS_MAX >= ANALYTICS_MINUTES_SPAN_MS_MAX, 'what is coarser may span more');
  assert(ANALYTICS_FILTER_NODES_MAX * 3 <= 32_766, 'a filter fits each of the three parts of a statement');
  assert(
    ALLOCATIONS_PER_WORKER_MAX_DEFAULT <= ALLOCATIONS_PER_WORKER_MAX,
    'the usual number of allocations is allowed',
  );
  assert(ALLOCATIONS_PER_WORKER_MAX * 0x4000 <= 0x100000000, 'allocation and channel number fit 32 bits');
  assert(
    ALLOCATION_LIFETIME_SECONDS_DEFAULT <= ALLOCATION_LIFETIME_SECONDS_MAX_DEFAULT,
    'the usual lifetime of an allocation is allowed',
  );
  assert(
    STUN_HEADER_BYTES + 24 + 4 <= RELAY_HEADROOM_BYTES_MIN,
    "header, an IPv6 peer's address and DATA's own header fit in front of a relayed payload",
  );
  assert(
    1_000_000 * Math.max(PACKETS_PER_SECOND_MAX, BITS_PER_SECOND_MAX / 8) <= Number.MAX_SAFE_INTEGER,
    'the millionths in a full bucket are counted exactly',
  );
  assert(
    NEW_PEERS_BURST_DEFAULT <= PERMISSIONS_PER_ALLOCATION_MAX_DEFAULT,
    'the peers that a call begins with may all have a permission',
  );
  assert(
    LIVE_FRAME_ROWS_KEPT_MAX >= ALLOCATIONS_PER_WORKER_MAX_DEFAULT,
    'a moment in which all allocations of a worker changed is kept',
  );
  assert(
    LIVE_STREAMS_PER_TOKEN_MAX <= LIVE_STREAMS_PER_ACCOUNT_MAX && LIVE_STREAMS_PER_ACCOUNT_MAX < LIVE_STREAMS_MAX,
    'one token leaves streams to its account, and one account to the others',
  );
  assert(REFUSAL_ROWS % REFUSAL_ROWS_PER_SET === 0, 'the table of refusals is whole sets');
  assert(DENIED_PEER_ROWS % DENIED_PEER_ROWS_PER_SET === 0, 'the table of denied peers is whole sets');
  assert(PERMISSION_LIFETIME_MS <= CHANNEL_LIFETIME_MS, 'a channel outlives the permission it brings');
  assert(
    2 * (REALM_BYTES_MAX + SOFTWARE_BYTES_MAX) + 512 <= RESPONSE_BYTES_MAX,
    'an answer with realm, software, nonce, two relayed addresses and integrity fits',
  );
  assert(
    STREAM_RELAYED_QUEUE_BYTES_MAX >= STREAM_FRAME_BYTES_MAX,
    'the longest frame fits the queue of a reader that keeps up',
  );
  assert(
    STREAM_ANSWER_QUEUE_BYTES_MAX >= STREAM_RELAYED_QUEUE_BYTES_MAX + RESPONSE_BYTES_MAX,
    'answers pass when relayed packets no longer do',
  );
  assert(
    STREAM_CONNECTIONS_PER_ADDRESS_MAX_DEFAULT <= STREAM_CONNECTIONS_PER_WORKER_MAX_DEFAULT,
    'one address cannot have more connections than all have',
  );
  assert(
    4 * STREAM_CONNECTIONS_PER_ADDRESS_MAX_DEFAULT <= TLS_HANDSHAKES_PER_WORKER_MAX,
    'one address cannot take all TLS handshakes',
  );
}

function assertControlLimits(): void {
  assert(KEYS_PER_ACCOUNT_MAX_DEFAULT <= ITEMS_PER_PAGE_MAX, 'one page can hold all keys of an account');
  assert(AUDIT_OFFSET_MAX % ITEMS_PER_PAGE_MAX === 0, 'the last page of the audit log can be a full one');
  assert(SESSION_IDLE_MS_MAX < SESSION_AGE_MS_MAX, 'somebody who does nothing is signed out first');
  assert(TOKEN_USE_INTERVAL_MS < SESSION_IDLE_MS_MAX, 'a use is noted before its session is idle');
}
