import { Type } from 'typebox';
import type { LimitName } from '../../contract/limits.ts';
import { LIMIT_FIELDS, limitFieldOf, listLimitNames } from '../../control/limit-fields.ts';

const reading = Type.Object({
  value: Type.Integer({ description: '0 is no limit.' }),
  source: Type.Enum(['default', 'account', 'key'], { description: 'Whose limit it is that holds.' }),
});

/** The limits of an account, or of a TURN key. */
export function describeLimitsReading(holder: 'account' | 'key') {
  const fields = listLimitNames(holder).map((name) => [limitFieldOf(name), reading] as const);
  return Type.Object({
    limits: Type.Object(Object.fromEntries(fields)),
    month: Type.String({ description: 'When the present month began: an RFC 3339 time.' }),
    month_egress_bytes: Type.Integer({ description: 'What was sent to clients in it, as far as it is stored.' }),
    is_blocked: Type.Boolean({ description: 'Whether a hard limit of the month is reached, and nothing is relayed.' }),
  });
}

/** What can be set. Values are checked by the use case, which tells each by its name. */
export function describeLimitBody(holder: 'account' | 'key') {
  const describe = (name: LimitName) => {
    const { minimum, maximum } = LIMIT_FIELDS[name];
    const description = `From ${minimum} to ${maximum}; null gives it up.`;
    return Type.Optional(Type.Unknown({ description, examples: [maximum, null] }));
  };
  const fields = listLimitNames(holder).map((name) => [limitFieldOf(name), describe(name)] as const);
  return Type.Object(Object.fromEntries(fields));
}
