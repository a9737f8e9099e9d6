import { send } from './client.ts';

/** Whether this browser can make and use passkeys. */
export const hasPasskeys: boolean =
  typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

/**
 * Signs in with a passkey that the person chooses.
 * @returns the answer of the sign-in.
 */
export async function signInWithPasskey(): Promise<unknown> {
  const { result } = (await send('post', '/session/passkey/options')) as {
    result: PublicKeyCredentialRequestOptionsJSON;
  };
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(result);
  const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential | null;
  if (credential === null) {
    throw new Error('No passkey was chosen.');
  }
  return send('post', '/session/passkey', { response: credential.toJSON() });
}

/** Makes a passkey for whoever is signed in. */
export async function addPasskey(name: string): Promise<void> {
  const { result } = (await send('post', '/person/passkeys/options')) as {
    result: PublicKeyCredentialCreationOptionsJSON;
  };
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(result);
  const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential | null;
  if (credential === null) {
    throw new Error('No passkey was made.');
  }
  await send('post', '/person/passkeys', { response: credential.toJSON(), name });
}
