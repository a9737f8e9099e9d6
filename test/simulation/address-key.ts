import { type AddressWords, familyOf, IPV4 } from '../../src/base/socket-address.ts';

/** A transport address as the key of a map: equal exactly for equal addresses. */
export function addressKey(words: AddressWords, at = 0): string {
  return `${words[at]}/${ipKey(words, at)}`;
}

/** An IP address, whatever its port, as the key of a map. */
export function ipKey(words: AddressWords, at = 0): string {
  return familyOf(words, at) === IPV4
    ? `${words[at + 1]}`
    : `${words[at + 1]}:${words[at + 2]}:${words[at + 3]}:${words[at + 4]}`;
}
