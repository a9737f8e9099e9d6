import type { TSchema } from 'typebox';

/** What a setting's text or YAML value turned out to be; `wrong` has every part that could not be read. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly wrong: readonly WrongPart[] };

/** A part of a value that could not be read, as text; of a list, its place. */
export interface WrongPart {
  readonly text: string;
  readonly index?: number;
}

/** What the machine decides about the defaults. */
export interface HostFacts {
  /** Cores that this process may use. */
  readonly cores: number;
  readonly hasIpv6: boolean;
  /** Addresses of the interface that the default route leaves by, else loopback; port 0. */
  readonly relayAddresses: readonly Uint32Array[];
}

/** How the value of a setting is written, read and explained. */
export interface Kind<Value> {
  /** The YAML form as JSON Schema. */
  readonly schema: TSchema;
  /** Completes the sentence "expected …". */
  readonly expected: string;
  /** Reads YAML's value, or the text of a flag or a variable. */
  parse(input: unknown): Parsed<Value>;
  /** The text that `parse` reads back. */
  format(value: Value): string;
}

/** What a `_FILE` variant of the setting means: the file holds the value, or the value is the file's name anyway. */
export type FileVariant = 'none' | 'contents' | 'name';

/** One leaf of the configuration. */
export interface Setting<Value> extends Kind<Value> {
  readonly leaf: true;
  /** One sentence or two for the reference. */
  readonly description: string;
  readonly secret: boolean;
  readonly fileVariant: FileVariant;
  /** The value when no source has one. */
  fallback(host: HostFacts): Value;
  /** The default in words for the reference. */
  readonly fallbackText: string;
}

/** A group of settings, or the whole tree. */
export interface SettingTree {
  readonly [name: string]: Setting<unknown> | SettingTree;
}

/** The parsed values of a tree. */
export type ValuesOf<Tree> = {
  readonly [Name in keyof Tree]: Tree[Name] extends Setting<infer Value> ? Value : ValuesOf<Tree[Name]>;
};

interface Declaration<Value> {
  readonly description: string;
  readonly secret?: boolean;
  readonly fileVariant?: FileVariant;
  /** A value, or a function of the host; then `fallbackText` says it in words. */
  readonly fallback: Value | ((host: HostFacts) => Value);
  readonly fallbackText?: string;
}

/** Declares a setting that always has a value. */
export function setting<Value>(kind: Kind<Value>, declaration: Declaration<NoInfer<Value>>): Setting<Value> {
  return declare(kind, declaration, (value) => kind.format(value));
}

/** Declares a setting that may be absent; `fallbackText` says what happens then. */
export function optional<Value>(
  kind: Kind<Value>,
  declaration: Omit<Declaration<unknown>, 'fallback'> & { readonly fallbackText: string },
): Setting<Value | undefined> {
  return declare<Value | undefined>(kind, { ...declaration, fallback: undefined }, (value) =>
    value === undefined ? '' : kind.format(value),
  );
}

function declare<Value>(
  kind: Pick<Kind<Value>, 'schema' | 'expected' | 'parse'>,
  declaration: Declaration<Value>,
  format: (value: Value) => string,
): Setting<Value> {
  const { fallback } = declaration;
  const secret = declaration.secret ?? false;
  return {
    leaf: true,
    schema: kind.schema,
    expected: kind.expected,
    parse: kind.parse,
    format,
    description: declaration.description,
    secret,
    fileVariant: declaration.fileVariant ?? (secret ? 'contents' : 'none'),
    fallback: isFunction<Value>(fallback) ? fallback : () => fallback,
    fallbackText: declaration.fallbackText ?? (isFunction<Value>(fallback) ? '' : format(fallback)),
  };
}

function isFunction<Value>(fallback: Declaration<Value>['fallback']): fallback is (host: HostFacts) => Value {
  return typeof fallback === 'function';
}
