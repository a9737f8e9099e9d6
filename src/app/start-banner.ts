/** What a start tells the person in front of it. */
export interface StartReport {
  readonly version: string;
  /** `http://127.0.0.1:8787`. */
  readonly httpUrl: string;
  /** Where the management API is: the same, unless it has a listener of its own. */
  readonly adminUrl: string;
  /** What clients are told to connect to. */
  readonly turnUrls: readonly string[];
  readonly accountId: string;
  readonly dataFolder: string;
  readonly isFirstStart: boolean;
  /** Only at the first start, and only when the service made it. */
  readonly adminToken: string | undefined;
  /** Where the first person makes themselves known, while there is nobody; good once, and until the next start. */
  readonly setupUrl: string | undefined;
  readonly notices: readonly string[];
}

/** The report as text. Later starts show no commands, and no secret but the link for a first person who is still missing. */
export function renderStartBanner(report: StartReport): string {
  const turn = report.turnUrls.map((url, index) => `  ${index === 0 ? 'TURN    ' : '        '}  ${url}`);
  const lines = [
    `Taciturn ${report.version} is ready.`,
    '',
    `  HTTP API  ${report.httpUrl}`,
    ...(report.adminUrl === report.httpUrl ? [] : [`  Admin API ${report.adminUrl}`]),
    ...turn,
    `  Account   ${report.accountId}`,
    `  Data      ${report.dataFolder}`,
    '',
    ...renderSetup(report),
    ...report.notices.flatMap((notice) => [`Note: ${notice}`, '']),
    ...(report.isFirstStart ? renderFirstSteps(report) : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** The report as one JSON object on one line. */
export function renderStartJson(report: StartReport): string {
  return `${JSON.stringify({ event: 'ready', ...report })}\n`;
}

function renderSetup({ setupUrl }: StartReport): readonly string[] {
  return setupUrl === undefined
    ? []
    : [
        'To sign in with a browser, make yourself known there first. The link is good once, until the next start:',
        '',
        `  ${setupUrl}`,
        '',
      ];
}

function renderFirstSteps({ httpUrl, adminUrl, accountId, adminToken }: StartReport): readonly string[] {
  const shown =
    adminToken === undefined
      ? []
      : ['The admin token is shown only now. Keep it:', '', `  export TACITURN_ADMIN_TOKEN=${adminToken}`, ''];
  return [
    ...shown,
    'Make a TURN key. Of the answer, "uid" names the key and "key" is its token, shown only then:',
    '',
    `  curl -X POST ${adminUrl}/client/v4/accounts/${accountId}/calls/turn_keys \\`,
    `    -H "Authorization: Bearer ${adminToken ?? '$TACITURN_ADMIN_TOKEN'}" -d '{"name": "my app"}'`,
    '',
    'With these two in TACITURN_KEY_UID and TACITURN_KEY_TOKEN, generate a credential:',
    '',
    `  curl -X POST ${httpUrl}/v1/turn/keys/$TACITURN_KEY_UID/credentials/generate-ice-servers \\`,
    `    -H "Authorization: Bearer $TACITURN_KEY_TOKEN" -d '{"ttl": 86400}'`,
    '',
  ];
}
