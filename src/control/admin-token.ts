import { InstallationError } from './errors.ts';

/** The id of the installation's admin token. There is one such token, so that configuring another replaces it. */
export const ADMIN_TOKEN_ID = '0'.repeat(32);

/** Visible ASCII without spaces: what a client can put behind `Bearer `. */
const BEARER_TEXT = /^[\x21-\x7e]+$/;

/** @throws {InstallationError} `admin-token-invalid`. */
export function requireUsableAdminToken(token: string): void {
  if (!BEARER_TEXT.test(token)) {
    throw new InstallationError(
      'admin-token-invalid',
      'The configured admin token is empty or holds a space or a character that is no visible ASCII, so no client ' +
        'could send it. `openssl rand -hex 32` makes a good one.',
    );
  }
}
