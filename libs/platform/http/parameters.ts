import type { PipeTransform } from '@nestjs/common';
import { Ajv2020 } from 'ajv/dist/2020';
import type { ValidateFunction } from 'ajv';
import { closest, distance } from 'fastest-levenshtein';
import type { TInteger, TSchema } from 'typebox';

import { Problem, type ProblemItem } from './problem';

/** One query parameter: optional, given at most once, unless it says otherwise. */
export interface Parameter {
  /** Of one value: of a string, or of an integer. */
  readonly schema: TSchema;
  /** Without it the operation cannot be answered. */
  readonly required?: true;
  /** How many values it takes at most, each given by a repetition of the parameter; then its value is a list. Default: one, no list. */
  readonly several?: number;
  /** Of one that takes several values: what parts values within one text. Default: nothing, each value is a repetition. */
  readonly separator?: ',';
  /** What it does, for the contract. */
  readonly description: string;
  /** The allowed values, in words that follow "must be". */
  readonly allowed: string;
  /** For wrong values that are likely to be tried: why, and what to do instead. */
  readonly instead?: Readonly<Record<string, string>>;
  /** Reads the text; null where it is not allowed, beyond what the schema can say. Default: the text as it is. */
  readonly parse?: (text: string) => unknown;
}

export type Parameters = Readonly<Record<string, Parameter>>;

type ValueOf<P extends Parameter> = P extends { readonly several: number } ? readonly OneOf<P>[] : OneOf<P>;

type OneOf<P extends Parameter> = P extends { readonly parse: (text: string) => infer Value }
  ? Exclude<Value, null>
  : P['schema'] extends TInteger
    ? number
    : string;

/** The values given, by name: parsed; a number where the schema says so, else text. */
export type Given<P extends Parameters> = {
  readonly [Name in keyof P as P[Name] extends MustBeGiven ? never : Name]?: ValueOf<P[Name]>;
} & { readonly [Name in keyof P as P[Name] extends MustBeGiven ? Name : never]: ValueOf<P[Name]> };

interface MustBeGiven {
  readonly required: true;
}

// Of formats only `parse` decides.
const ajv = new Ajv2020({ allErrors: true, validateFormats: false });

/** Characters of a given value that a problem shows. */
const SHOWN = 100;

/** Parameters that an operation does not have, although it might be asked for them: what to do instead. */
export type Elsewhere = Readonly<Record<string, string>>;

/**
 * Makes the reader of one operation's query parameters. It throws one `Problem` (400 `bad-parameter`) that lists every mistake:
 * unknown and repeated parameters and bad values, each with what was given and what is allowed.
 *
 * @param elsewhere by the name of a parameter that other operations have: where it can be given instead
 */
export function makeParameterReader<P extends Parameters>(
  parameters: P,
  elsewhere: Elsewhere = {},
): (query: unknown) => Given<P> {
  const checks = new Map(Object.entries(parameters).map(([name, { schema }]) => [name, ajv.compile(schema)]));
  return (query) => {
    const given = new Map(Object.entries(query as Record<string, string | string[]>));
    const values: [string, unknown][] = [];
    const errors: ProblemItem[] = [];
    for (const [name, text] of given) {
      const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
      const check = checks.get(name);
      if (parameter === undefined || check === undefined)
        errors.push(unknown(name, Object.keys(parameters), elsewhere));
      else values.push([name, valuesOf({ name, parameter, check, errors }, text)]);
    }
    for (const [name, { required, allowed }] of Object.entries(parameters))
      if (required && !given.has(name)) errors.push(missing(name, allowed));
    if (errors.length > 0) throw badParameters(errors);
    return Object.fromEntries(values) as Given<P>;
  };
}

/** Reads the query parameters of an operation: `@Query(new QueryPipe(PARAMETERS))`. */
export class QueryPipe<P extends Parameters> implements PipeTransform<unknown, Given<P>> {
  readonly transform: (query: unknown) => Given<P>;

  constructor(parameters: P, elsewhere?: Elsewhere) {
    this.transform = makeParameterReader(parameters, elsewhere);
  }
}

interface Reading {
  readonly name: string;
  readonly parameter: Parameter;
  readonly check: ValidateFunction;
  /** Where mistakes are added. */
  readonly errors: ProblemItem[];
}

/** A value that is there several times is read once. */
function valuesOf(reading: Reading, given: string | readonly string[]): unknown {
  const { name, parameter, errors } = reading;
  const { several, separator } = parameter;
  const all = typeof given === 'string' ? [given] : given;
  const texts = separator === undefined ? all : all.flatMap((text) => text.split(separator));
  if (several === undefined && typeof given !== 'string') errors.push(repeated(name, given.length));
  else if (several !== undefined && texts.length > several) errors.push(tooMany(name, texts.length, several));
  else if (several === undefined) return valueOf(reading, texts[0] ?? '');
  else return [...new Set(texts)].map((text) => valueOf(reading, text));
  return null;
}

function valueOf({ name, parameter, check, errors }: Reading, text: string): unknown {
  const isNumber = (parameter.schema as { type?: string }).type === 'integer' && /^(0|[1-9]\d{0,8})$/.test(text);
  const value = isNumber ? Number(text) : text;
  const isValid = check(value);
  const read = isValid && parameter.parse !== undefined ? parameter.parse(text) : value;
  if (!isValid || read === null) errors.push({ where: `query.${name}`, detail: wrongValue(text, parameter) });
  return read;
}

function wrongValue(text: string, { schema, allowed, instead = {} }: Parameter): string {
  const words = (schema as { readonly enum?: readonly string[] }).enum ?? [];
  const advice = Object.hasOwn(instead, text) ? ` ${instead[text]}` : didYouMean(text, words);
  return `${quoted(text)} was given; it must be ${allowed}.${advice}`;
}

function unknown(name: string, known: readonly string[], elsewhere: Elsewhere): ProblemItem {
  const where = `query.${name.slice(0, SHOWN)}`;
  if (Object.hasOwn(elsewhere, name)) return { where, detail: `There is no such parameter here. ${elsewhere[name]}` };
  if (known.length === 0) return { where, detail: 'There is no such parameter; this path takes none.' };
  return { where, detail: `There is no such parameter; there are ${known.join(', ')}.${didYouMean(name, known)}` };
}

/** The word that the text is likely to be meant for, as a question with a space before; empty: none is near. */
export function didYouMean(text: string, words: readonly string[]): string {
  const shown = text.slice(0, SHOWN);
  if (words.length === 0 || shown.length < 3) return '';
  const near = closest(shown, words);
  return distance(shown, near) <= 2 ? ` Did you mean ${near}?` : '';
}

function missing(name: string, allowed: string): ProblemItem {
  return { where: `query.${name}`, detail: `It is missing; it must be ${allowed}.` };
}

function repeated(name: string, times: number): ProblemItem {
  return { where: `query.${name}`, detail: `It was given ${times} times; it may be given once.` };
}

function tooMany(name: string, values: number, most: number): ProblemItem {
  return { where: `query.${name}`, detail: `It was given with ${values} values; it may have ${most} at most.` };
}

/** 400 `bad-parameter`, with every mistake. */
export function badParameters(errors: readonly ProblemItem[]): Problem {
  const which = errors.map(({ where }) => where.replace('query.', '')).join(', ');
  return new Problem({
    status: 400,
    code: 'bad-parameter',
    detail: `Bad parameters: ${which.slice(0, 500)}.`,
    errors,
  });
}

function quoted(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}
