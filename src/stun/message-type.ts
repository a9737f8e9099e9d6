/*
 * A message type holds a class of two bits, C1 and C0, between the twelve bits of a method:
 * M11–M7 C1 M6–M4 C0 M3–M0 (RFC 8489 §5).
 */

export const CLASS_REQUEST = 0b00;
export const CLASS_INDICATION = 0b01;
export const CLASS_SUCCESS = 0b10;
export const CLASS_ERROR = 0b11;
export type MessageClass = typeof CLASS_REQUEST | typeof CLASS_INDICATION | typeof CLASS_SUCCESS | typeof CLASS_ERROR;

/** The 14-bit message type of a class and a 12-bit method. */
export function encodeMessageType(messageClass: MessageClass, method: number): number {
  return (
    ((method & 0xf80) << 2) |
    ((method & 0x070) << 1) |
    (method & 0x00f) |
    ((messageClass & 0b10) << 7) |
    ((messageClass & 0b01) << 4)
  );
}

/** The class in a 14-bit message type. */
export function classOfMessageType(type: number): MessageClass {
  return (((type >>> 7) & 0b10) | ((type >>> 4) & 0b01)) as MessageClass;
}

/** The method in a 14-bit message type. */
export function methodOfMessageType(type: number): number {
  return ((type >>> 2) & 0xf80) | ((type >>> 1) & 0x070) | (type & 0x00f);
}
