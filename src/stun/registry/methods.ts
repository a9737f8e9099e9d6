/*
 * STUN methods that the codec names (IANA, STUN Methods). A method has 12 bits.
 */

/** RFC 8489 §3. */
export const METHOD_BINDING = 0x001;
/** RFC 8656 §17. */
export const METHOD_ALLOCATE = 0x003;
export const METHOD_REFRESH = 0x004;
export const METHOD_SEND = 0x006;
export const METHOD_DATA = 0x007;
export const METHOD_CREATE_PERMISSION = 0x008;
export const METHOD_CHANNEL_BIND = 0x009;
