import { Type } from 'typebox';
import type { Kind } from './setting.ts';

const HEX = /^[0-9a-f]+$/i;
const HEX_DIGITS_MIN = 64;
const CHARACTERS_MIN = 32;

/** Master secrets with commas or white space between them, the current one first. */
export const masterSecretsKind: Kind<string> = {
  schema: Type.String({ minLength: CHARACTERS_MIN }),
  expected:
    'at least 64 hexadecimal digits (`openssl rand -hex 32` makes them) or 32 other characters; several with commas between',
  parse: (input) =>
    typeof input === 'string' && input.split(/[\s,]+/).every(isLongEnough)
      ? { ok: true, value: input }
      : { ok: false, wrong: [{ text: 'the secret' }] },
  format: (value) => value,
};

function isLongEnough(secret: string): boolean {
  return secret.length >= (HEX.test(secret) ? HEX_DIGITS_MIN : CHARACTERS_MIN);
}
