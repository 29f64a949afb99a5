import { Controller, Get, Header, Inject, Param, Query } from '@nestjs/common';
import { Type } from 'typebox';
import { Contract, Problem, QueryPipe, Schemas } from '@mps-ledger/platform';
import { SCHEMAS, schemaOf } from '@mps-ledger/records';
import type { DataSchema } from '@mps-ledger/records';
import { TASK_EVENT_TYPES } from '@mps-ledger/tasks';
import { CONTRACT } from '../tokens';
import type { Answer } from '../http/answer';
import { BAD_PARAMETER, IF_NONE_MATCH, NOT_MODIFIED } from './read';
import { text } from './schema-parts';

/** What all of these have: their content is of this build alone. */
const TAGGED = { headers: IF_NONE_MATCH, answerHeaders: ['ETag'], otherAnswers: NOT_MODIFIED };
const made = (body: object): Answer => ({ freshness: null, body: () => body });

const NO_PARAMETERS = new QueryPipe({});
const FOR_AN_HOUR = 'public, max-age=3600';

const schemaEntry = {
  type: text('Event type'),
  version: Type.Integer({ minimum: 1 }),
  id: text("The schema's $id, which events name as dataschema"),
  href: text('Where it is served'),
};

@Controller()
@Schemas({
  SchemaIndex: Type.Object({ items: Type.Array(Type.Object(schemaEntry)) }),
  JsonSchema: Type.Object(
    { $schema: Type.String(), $id: Type.String() },
    { additionalProperties: true, description: 'A JSON Schema 2020-12' },
  ),
  OpenApi: Type.Object({ openapi: Type.String() }, { additionalProperties: true, description: 'This document' }),
})
export class ContractController {
  constructor(@Inject(CONTRACT) private readonly document: object) {}

  @Get('/schemas')
  @Header('cache-control', 'no-cache')
  @Contract({
    id: 'listSchemas',
    summary: "The schemas of events' data",
    query: {},
    ...TAGGED,
    answer: 'SchemaIndex',
    problems: { 400: BAD_PARAMETER },
  })
  schemas(@Query(NO_PARAMETERS) _none: object): Answer {
    return made({ items: SCHEMAS.map(entryOf) });
  }

  @Get('/schemas/:type/:file')
  @Header('cache-control', FOR_AN_HOUR)
  @Contract({
    path: '/schemas/{type}/{version}.json',
    id: 'getSchema',
    summary: "The JSON Schema of one event type's data",
    pathParameters: {
      type: { schema: Type.Enum([...TASK_EVENT_TYPES]), description: 'Event type' },
      version: { schema: Type.String({ pattern: '^[1-9]\\d{0,3}$' }), description: 'Such as 1' },
    },
    query: {},
    ...TAGGED,
    answer: 'JsonSchema',
    problems: { 400: BAD_PARAMETER, 404: '`schema-not-found`' },
  })
  schema(@Query(NO_PARAMETERS) _none: object, @Param('type') type: string, @Param('file') file: string): Answer {
    const version = /^([1-9]\d{0,3})\.json$/.exec(file)?.[1];
    const schema = version === undefined ? undefined : schemaOf(type, Number(version));
    if (schema !== undefined) return made(schema);
    throw new Problem({
      status: 404,
      code: 'schema-not-found',
      detail: 'There is no such schema: /schemas lists all of them.',
    });
  }

  @Get('/openapi.json')
  @Header('cache-control', 'no-cache')
  @Contract({
    id: 'getContract',
    summary: 'This document',
    query: {},
    ...TAGGED,
    answer: 'OpenApi',
    problems: { 400: BAD_PARAMETER },
  })
  contract(@Query(NO_PARAMETERS) _none: object): Answer {
    return made(this.document);
  }
}

/** The id ends in `<type>:<version>`. */
function entryOf({ $id }: DataSchema): object {
  const [version = '', type = ''] = $id.split(':').reverse();
  return { type, version: Number(version), id: $id, href: `/schemas/${type}/${version}.json` };
}
