import type { FastifySchemaCompiler } from 'fastify';
import { IsInteger, IsObject, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/**
 * Makes the function that checks one part of a request against a route's schema. Nothing of a body is converted: the
 * text "60" is no number. A query is all text, so its whole numbers are read as such, and nothing else is.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  return (value: unknown) => {
    const read = httpPart === 'querystring' ? readIntegers(schema, value as Query) : value;
    return validator.Check(read) ? { value: read } : { error: validator.Errors(read) };
  };
};

type Query = Readonly<Record<string, unknown>>;

function readIntegers(schema: TSchema, query: Query): Query {
  const members: Readonly<Record<string, TSchema>> = IsObject(schema) ? schema.properties : {};
  const read = Object.entries(query).map(([name, value]) => {
    const isInteger = Object.hasOwn(members, name) && IsInteger(members[name]);
    return [name, isInteger && /^\d+$/.test(String(value)) ? Number(value) : value];
  });
  return Object.fromEntries(read);
}
