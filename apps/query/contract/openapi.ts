import { POSITION_PATTERN } from '@mps-ledger/records';
import type { Parameter } from '../http/parameters';
import { ANSWERS } from './answers';
import { OPERATIONS } from './operations';
import type { Operation } from './operations';

const schemaRef = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const headerRef = (name: string) => ({ $ref: `#/components/headers/${name}` });
const json = (name: string) => ({ 'application/json': { schema: schemaRef(name) } });
const problem = (description: string, headers: object = {}) => ({
  description,
  headers,
  content: { 'application/problem+json': { schema: schemaRef('Problem') } },
});

const FRESH = { 'Ledger-Position': headerRef('Ledger-Position'), 'Ledger-Lag-Ms': headerRef('Ledger-Lag-Ms') };

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
  ETag: {
    description: 'Changes with the content',
    required: true,
    schema: { type: 'string', pattern: '^"[a-z0-9_.]+"$' },
  },
  Link: { description: 'rel="next": the next page, if there is one (RFC 8288)', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds', required: true, schema: { type: 'string', pattern: '^\\d+$' } },
  'WWW-Authenticate': { description: 'RFC 6750', required: true, schema: { type: 'string', pattern: '^Bearer' } },
  'Preference-Applied': {
    description: 'The wait that was honoured (RFC 7240)',
    schema: { type: 'string', pattern: '^wait=\\d+$' },
  },
};

const UNAUTHORIZED = '`key-missing`, `key-not-accepted`: send a key as "Authorization: Bearer <key>"';

const UNAVAILABLE =
  '`read-model-behind` (the receipt is not applied yet, or min_position not reached), `too-many-waiters`, `lists-busy`, `database-unreachable`, `database-busy`, `database-refused`, `database-pooler`, `query-too-slow`, `read-model-missing`, `read-model-empty`: detail says what to do';

const KEY = 'key';

export interface ContractOptions {
  /** Whether the API has keys. */
  readonly withKeys: boolean;
}

function responses(operation: Operation, { withKeys }: ContractOptions): object {
  const headers = {
    ...(operation.reads && FRESH),
    ...(operation.tagged === true && { ETag: headerRef('ETag') }),
    ...(operation.waits === true && { 'Preference-Applied': headerRef('Preference-Applied') }),
    ...(operation.paged === true && { Link: headerRef('Link') }),
  };
  const content =
    operation.answer === 'text' ? { 'text/plain': { schema: { type: 'string' } } } : json(operation.answer);
  const others: Record<string, object> = {};
  for (const [status, description] of Object.entries(operation.others ?? {})) others[status] = problem(description);
  return {
    200: { description: operation.summary, headers, content },
    ...(operation.tagged === true && { 304: { description: 'Nothing changed since', headers } }),
    ...others,
    ...(withKeys &&
      (operation.key ?? 'required') === 'required' && {
        401: problem(UNAUTHORIZED, { 'WWW-Authenticate': headerRef('WWW-Authenticate') }),
      }),
    ...(operation.reads && { 503: problem(UNAVAILABLE, { 'Retry-After': headerRef('Retry-After') }) }),
    ...(operation.answer === 'Readiness' && { 503: { description: 'Not ready', content: json('Readiness') } }),
    default: problem(
      withKeys
        ? 'Any other failure: a wrong method (405), a request too long (414, 431)'
        : 'Any other failure: a wrong method (405), another host than this machine (421), a request too long (414, 431)',
    ),
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
    ...Object.entries<Parameter>(query).map(([name, { schema, description, allowed }]) => ({
      name,
      in: 'query',
      description: `${description} It must be ${allowed}.`,
      schema,
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
function securityOf({ key = 'required' }: Operation, { withKeys }: ContractOptions): readonly object[] {
  if (!withKeys || key === 'none') return [];
  return key === 'required' ? [{ [KEY]: [] }] : [{ [KEY]: [] }, {}];
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

/** Makes the contract of the API, OpenAPI 3.1, from the same parameters that requests are checked by. */
export function makeContract(options: ContractOptions): object {
  const { withKeys } = options;
  return {
    openapi: '3.1.0',
    info: {
      title: 'mps-ledger',
      version: '1',
      description:
        'The state of media processing tasks, folded from every notification received. Names are snake_case; the provider’s own objects stand verbatim under input, output and metadata. HEAD answers as GET does, without the body.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    security: withKeys ? [{ [KEY]: [] }] : [],
    paths: Object.fromEntries(OPERATIONS.map((operation) => [operation.path, pathItem(operation, options)])),
    components: {
      schemas: ANSWERS,
      headers: HEADERS,
      ...(withKeys && {
        securitySchemes: { [KEY]: { type: 'http', scheme: 'bearer', description: 'One of API_KEYS' } },
      }),
    },
  };
}
