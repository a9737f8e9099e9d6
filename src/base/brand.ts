declare const brand: unique symbol;

/** A type that cannot be swapped for another of the same representation: `Brand<string, 'KeyUid'>`. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };
