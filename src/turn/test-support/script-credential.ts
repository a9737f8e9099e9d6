import type { KeyUid, Username } from '../../contract/ids.ts';

/** A credential as a back end hands it to a client. */
export interface ScriptCredential {
  readonly username: Username;
  readonly password: string;
  readonly keyUid: KeyUid;
}
