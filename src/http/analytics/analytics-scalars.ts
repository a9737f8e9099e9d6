import { GraphQLError, GraphQLScalarType } from 'graphql';
import type { UnixMs } from '../../base/clock.ts';
import { formatDate, formatRfc3339 } from '../../control/rfc3339.ts';
import { readMoment } from '../read-moment.ts';

/** The scalars of Cloudflare's schema, by their names there: queries declare variables of them. */
export const analyticsScalars = {
  time: new GraphQLScalarType<UnixMs, string>({
    name: 'Time',
    description: 'A moment: an RFC 3339 time, or a date, which is its midnight in UTC.',
    coerceInputValue: coerceMoment,
    coerceOutputValue: (value) => formatRfc3339(value as UnixMs),
  }),
  date: new GraphQLScalarType<UnixMs, string>({
    name: 'Date',
    description: 'A date as YYYY-MM-DD, in UTC.',
    coerceInputValue: coerceMoment,
    coerceOutputValue: (value) => formatDate(value as UnixMs),
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

function coerceMoment(value: unknown): UnixMs {
  const moment = readMoment(String(value));
  if (moment === undefined) {
    throw new GraphQLError('error parsing args: a date or an RFC 3339 time since 1970 is expected.');
  }
  return moment;
}
