import { GraphQLError, GraphQLScalarType } from 'graphql';
import type { UnixMs } from '../../base/clock.ts';
import { formatRfc3339, parseRfc3339 } from '../rfc3339.ts';

/** The scalars of Cloudflare's schema, by their names there: queries declare variables of them. */
export const analyticsScalars = {
  time: new GraphQLScalarType<UnixMs, string>({
    name: 'Time',
    description: 'A moment: an RFC 3339 time, or a date, which is its midnight in UTC.',
    coerceInputValue: readMoment,
    coerceOutputValue: (value) => formatRfc3339(value as UnixMs),
  }),
  date: new GraphQLScalarType<UnixMs, string>({
    name: 'Date',
    description: 'A date as YYYY-MM-DD, in UTC.',
    coerceInputValue: readMoment,
    coerceOutputValue: (value) => formatRfc3339(value as UnixMs).slice(0, 10),
  }),
  text: new GraphQLScalarType<string>({
    name: 'string',
    description: 'A text.',
    coerceInputValue: (value) => {
      if (typeof value !== 'string') {
        throw new GraphQLError('error parsing args: a string is expected.');
      }
      return value;
    },
    coerceOutputValue: String,
  }),
  wholeNumber: new GraphQLScalarType<number>({
    name: 'uint64',
    description: 'A whole number that is not negative.',
    coerceInputValue: (value) => {
      if (!Number.isSafeInteger(value) || (value as number) < 0) {
        throw new GraphQLError('error parsing args: a whole number that is not negative is expected.');
      }
      return value as number;
    },
    coerceOutputValue: Number,
  }),
  number: new GraphQLScalarType<number>({ name: 'float64', description: 'A number.', coerceOutputValue: Number }),
};

function readMoment(value: unknown): UnixMs {
  const text = String(value);
  const moment = parseRfc3339(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (moment === undefined || moment < 0) {
    throw new GraphQLError('error parsing args: a date or an RFC 3339 time since 1970 is expected.');
  }
  return moment;
}
