import { Type } from 'typebox';
import type { Kind, Parsed, WrongPart } from './setting.ts';

/** A text that matches `pattern`, in words `expected`. */
export function textKind(pattern: RegExp, expected: string): Kind<string> {
  return {
    schema: Type.String({ pattern: pattern.source }),
    expected,
    parse: (input) =>
      typeof input === 'string' && pattern.test(input) ? { ok: true, value: input } : wrongScalar(input),
    format: (value) => value,
  };
}

/** A whole number from `minimum` to `maximum`. */
export function integerKind(minimum: number, maximum: number, unit: string): Kind<number> {
  return {
    schema: Type.Integer({ minimum, maximum }),
    expected: `a whole number of ${unit} from ${minimum} to ${maximum}`,
    parse: (input) => {
      const value = readInteger(input);
      return value !== undefined && value >= minimum && value <= maximum ? { ok: true, value } : wrongScalar(input);
    },
    format: String,
  };
}

/** Yes or no: `true` or `false`. */
export const booleanKind: Kind<boolean> = {
  schema: Type.Boolean(),
  expected: 'true or false',
  parse: (input) => {
    const text = String(input);
    return text === 'true' || text === 'false' ? { ok: true, value: text === 'true' } : wrongScalar(input);
  },
  format: String,
};

/** One of a few words. */
export function choiceKind<const Choice extends string>(choices: readonly Choice[]): Kind<Choice> {
  return {
    schema: Type.Enum([...choices]),
    expected: `one of ${choices.join(', ')}`,
    parse: (input) => {
      const value = choices.find((choice) => choice === input);
      return value === undefined ? wrongScalar(input) : { ok: true, value };
    },
    format: (value) => value,
  };
}

/** Several values: a YAML sequence, or one text with commas. */
export function listKind<Value>(item: Kind<Value>, things: string, minimum = 0): Kind<readonly Value[]> {
  return {
    schema: Type.Union([Type.Array(item.schema, { minItems: minimum }), Type.String()]),
    expected: `${things}, each ${item.expected}`,
    parse: (input) => parseList(input, item, minimum),
    format: (values) => values.map((value) => item.format(value)).join(','),
  };
}

function parseList<Value>(input: unknown, item: Kind<Value>, minimum: number): Parsed<readonly Value[]> {
  const inputs = typeof input === 'string' ? splitList(input) : input;
  if (!Array.isArray(inputs)) {
    return wrongScalar(input);
  }
  const values: Value[] = [];
  const wrong: WrongPart[] = [];
  for (const [index, part] of inputs.entries()) {
    const parsed = item.parse(part);
    if (parsed.ok) {
      values.push(parsed.value);
    } else {
      wrong.push(...parsed.wrong.map(({ text }) => ({ text, index })));
    }
  }
  if (wrong.length > 0) {
    return { ok: false, wrong };
  }
  return values.length < minimum ? { ok: false, wrong: [{ text: 'an empty list' }] } : { ok: true, value: values };
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function readInteger(input: unknown): number | undefined {
  if (typeof input === 'number') {
    return Number.isSafeInteger(input) ? input : undefined;
  }
  return typeof input === 'string' && /^-?\d{1,15}$/.test(input) ? Number(input) : undefined;
}

/** The refusal of one value, shown as JSON has it. */
export function wrongScalar(input: unknown): { readonly ok: false; readonly wrong: readonly WrongPart[] } {
  return { ok: false, wrong: [{ text: JSON.stringify(input) ?? String(input) }] };
}
