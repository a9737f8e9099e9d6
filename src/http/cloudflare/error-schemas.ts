import { STATUS_CODES } from 'node:http';
import { type TSchema, Type } from 'typebox';
import type { HttpApp } from '../http-app.ts';
import { PROBLEM_KINDS } from '../problem-codes.ts';

const errorBody = Type.Object(
  {
    errorCode: Type.Enum(Object.keys(PROBLEM_KINDS)),
    errorDescription: Type.String({ description: 'For people; it may change.' }),
  },
  { $id: 'Error' },
);

const envelopeError = {
  code: Type.Integer({ minimum: 1000 }),
  message: Type.String({ description: 'For people; it may change.' }),
};

const errorEnvelope = Type.Object(
  {
    success: Type.Literal(false),
    errors: Type.Array(
      Type.Object({
        ...envelopeError,
        error_chain: Type.Optional(Type.Array(Type.Object(envelopeError))),
        source: Type.Optional(Type.Object({ pointer: Type.String({ description: 'A JSON pointer into the body.' }) })),
      }),
    ),
    messages: Type.Array(Type.Unknown(), { maxItems: 0 }),
    result: Type.Null(),
  },
  { $id: 'ErrorEnvelope' },
);

/** Statuses that any request can meet. */
const COMMON_STATUSES = [429, 500, 503];

/** Makes the schemas known that the functions below refer to. */
export function addErrorSchemas(app: HttpApp): void {
  app.addSchema(errorBody);
  app.addSchema(errorEnvelope);
}

/** The failures of a credential route, for its `response` schemas: those named, and the common ones. */
export function describeErrors(...statuses: readonly number[]): Record<number, TSchema> {
  return describeAll('Error#', statuses);
}

/** The same of a management route. */
export function describeEnvelopeErrors(...statuses: readonly number[]): Record<number, TSchema> {
  return describeAll('ErrorEnvelope#', statuses);
}

function describeAll($ref: string, statuses: readonly number[]): Record<number, TSchema> {
  const describe = (status: number) => [status, { description: STATUS_CODES[status], $ref }];
  return Object.fromEntries([...statuses, ...COMMON_STATUSES].map(describe));
}
