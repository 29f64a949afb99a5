import type { Type } from '@nestjs/common';
import { operationsOf, PROBLEM_SCHEMA, schemasOf } from '@mps-ledger/platform';
import type { Operation, Parameter } from '@mps-ledger/platform';
import { ITEM_POSITION_PATTERN, POSITION_PATTERN } from '@mps-ledger/records';

const schemaRef = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const headerRefs = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
const json = (name: string) => ({ 'application/json': { schema: schemaRef(name) } });
const CSV = { 'text/csv': { schema: { type: 'string', description: 'RFC 4180, with a header' } } };
/** Answers that are no JSON. */
const OTHER_CONTENT: Readonly<Record<string, object>> = {
  'event-stream': { 'text/event-stream': { schema: { type: 'string' } } },
  text: { 'text/plain': { schema: { type: 'string' } } },
  bytes: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  rows: {
    'application/x-ndjson': { schema: { type: 'string', description: 'A JSON text on each line' } },
    ...CSV,
  },
};
const problem = (description: string, headers: object = {}) => ({
  description,
  headers,
  content: { 'application/problem+json': { schema: schemaRef('Problem') } },
});

const HEADERS = {
  'Ledger-Position': {
    description:
      'How far the rows of the answer are: p1.<log id>.<L>.<M>.<next event offset of each partition, joined by ->.<check>, of log generation L and event generation M; the check is made of the ids of the events just before',
    required: true,
    schema: { type: 'string', pattern: POSITION_PATTERN },
  },
  'Ledger-Lag-Ms': {
    description:
      'The rows hold all that was acknowledged until this many milliseconds ago, of every topic that the answer is made of; `unknown` until that is known',
    required: true,
    schema: { type: 'string', pattern: '^(\\d+|unknown)$' },
  },
  'Ledger-As-Of': {
    description:
      'Where an answer about a past moment ends: the position of the last record of the task that is in it, e1.<log id>.<L>.<M>.<partition>.<offset>, as its history names it',
    schema: { type: 'string', pattern: ITEM_POSITION_PATTERN },
  },
  ETag: {
    description: 'Changes with the content; weak, the same whether it is compressed',
    required: true,
    schema: { type: 'string', pattern: '^W/"[a-z0-9_.]+"$' },
  },
  'Repr-Digest': {
    description: 'SHA-256 of the content (RFC 9530)',
    required: true,
    schema: { type: 'string', pattern: '^sha-256=:[A-Za-z0-9+/]{43}=:$' },
  },
  'Ledger-Content-Type': {
    description: 'The content type that the sender named; none where it named none',
    schema: { type: 'string' },
  },
  'Ledger-Search-Lag-Events': {
    description:
      'With q, input or output: so many events that the rows hold were not in the search yet, or fewer; 0: it is as fresh as the rows',
    schema: { type: 'string', pattern: '^\\d+$' },
  },
  Link: { description: 'rel="next": the next page, if there is one (RFC 8288)', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds', required: true, schema: { type: 'string', pattern: '^\\d+$' } },
  'WWW-Authenticate': { description: 'RFC 6750', required: true, schema: { type: 'string', pattern: '^Bearer' } },
  'Preference-Applied': {
    description: 'The wait that was honoured (RFC 7240)',
    schema: { type: 'string', pattern: '^wait=\\d+$' },
  },
};

const UNAUTHORIZED = '`key-missing`, `key-not-accepted`, `key-expired`: send a key as "Authorization: Bearer <key>"';
const TOO_MANY = '`too-many-requests`: more requests per second than API_RATE_LIMIT, or the limit of the key';
const FORBIDDEN = '`scope-missing`: the key has another scope';

/** Header fields that a problem of some status always has. */
const PROBLEM_HEADERS: Readonly<Record<string, readonly string[]>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

const KEY = 'key';
const KEYS =
  'One of API_KEYS, which grant everything, or a key made by `npm run keys`, with scopes (those that an operation lists are needed) and accounts: what is of another account is not there for its requests. While there is no key at all, and none is required by the settings, requests need none.';

export interface ContractOptions {
  /** Whether each request needs a key; else that is so once there is one. */
  readonly isKeyRequired: boolean;
}

/** An answer for each of these statuses, from its description. */
function byStatus(
  descriptions: Readonly<Record<string, string>>,
  answer: (status: string, description: string) => object,
): Record<string, object> {
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [status, answer(status, description)]),
  );
}

/** The problems of keys. */
function keyProblems({ key = 'required', scope }: Operation): Readonly<Record<number, string>> {
  if (key !== 'required') return {};
  const always = { 401: UNAUTHORIZED, 429: TOO_MANY };
  return scope === undefined ? always : { ...always, 403: FORBIDDEN };
}

function responses(operation: Operation, { isKeyRequired }: ContractOptions): object {
  const { summary, answer, csv = false, answerHeaders = [], otherAnswers = {} } = operation;
  const headers = headerRefs(answerHeaders);
  const content = OTHER_CONTENT[answer] ?? { ...json(answer), ...(csv && CSV) };
  const problems = { ...operation.problems, ...keyProblems(operation) };
  return {
    200: { description: summary, headers, content },
    ...byStatus(otherAnswers, (status, description) => ({
      description,
      ...(status === '304' ? { headers } : { content }),
    })),
    ...byStatus(problems, (status, description) => problem(description, headerRefs(PROBLEM_HEADERS[status] ?? []))),
    default: problem(
      isKeyRequired
        ? 'Any other failure: a wrong method (405), a request too long (414, 431)'
        : 'Any other failure: a wrong method (405), another host than this machine (421), a request too long (414, 431)',
    ),
  };
}

function describedParameter({ description, allowed, several, separator }: Parameter): string {
  if (several === undefined) return `${description} It must be ${allowed}.`;
  const how =
    separator === undefined ? 'Repeat the parameter for several values' : 'Several values are parted by commas';
  return `${description} It must be ${allowed}. ${how}, ${several} at most.`;
}

function schemaOf({ schema, several, separator }: Parameter): object {
  if (several === undefined) return { schema };
  return {
    schema: { type: 'array', items: schema, minItems: 1, maxItems: several },
    ...{ style: 'form', explode: separator === undefined },
  };
}

function parameters({ pathParameters = {}, query, headers = {} }: Operation): readonly object[] {
  return [
    ...Object.entries(pathParameters).map(([name, { description, schema }]) => ({
      name,
      in: 'path',
      required: true,
      description,
      schema,
    })),
    ...Object.entries<Parameter>(query).map(([name, parameter]) => ({
      name,
      in: 'query',
      ...(parameter.required && { required: true }),
      description: describedParameter(parameter),
      ...schemaOf(parameter),
    })),
    ...Object.entries(headers).map(([name, description]) => ({
      name,
      in: 'header',
      description,
      schema: { type: 'string' },
    })),
  ];
}

/** The security requirements of an operation: one of those listed is enough; `{}` is none. */
function securityOf({ key = 'required', scope }: Operation, { isKeyRequired }: ContractOptions): readonly object[] {
  if (key === 'none') return [];
  const withKey = { [KEY]: scope === undefined ? [] : [scope] };
  return key === 'required' && isKeyRequired ? [withKey] : [withKey, {}];
}

function pathItem(operation: Operation, options: ContractOptions): object {
  const { id, summary, description } = operation;
  return {
    get: {
      operationId: id,
      summary,
      ...(description !== undefined && { description }),
      parameters: parameters(operation),
      security: securityOf(operation, options),
      responses: responses(operation, options),
    },
  };
}

/** Makes the contract of the API, OpenAPI 3.1, from the declarations at the handlers of these controllers. */
export function makeContract(controllers: readonly Type[], options: ContractOptions): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'mps-ledger',
      version: '1',
      description:
        'The state of media processing tasks, folded from every notification received. Names are snake_case; the provider’s own objects stand verbatim under input, output and metadata. HEAD answers as GET does, without the body. Texts are compressed for clients that accept gzip, but for server-sent events.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    security: [{ [KEY]: [] }, ...(options.isKeyRequired ? [] : [{}])],
    paths: Object.fromEntries(
      operationsOf(controllers).map(([path, operation]) => [path, pathItem(operation, options)]),
    ),
    components: {
      schemas: { ...schemasOf(controllers), Problem: PROBLEM_SCHEMA },
      headers: HEADERS,
      securitySchemes: { [KEY]: { type: 'http', scheme: 'bearer', description: KEYS } },
    },
  };
}
