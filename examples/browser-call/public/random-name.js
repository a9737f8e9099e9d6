/**
 * A name that nobody guesses. `crypto.randomUUID` is missing where a page came over plain http from another machine;
 * this is not.
 * @param {number} bytes
 * @returns {string} two hexadecimal digits for each byte
 */
export function randomName(bytes) {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
