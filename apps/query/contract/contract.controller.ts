import { Controller, Get, Header, Inject, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '@mps-ledger/platform';
import { SCHEMAS, schemaOf } from '@mps-ledger/records';
import type { DataSchema } from '@mps-ledger/records';
import { makeParameterReader } from '../http/parameters';
import { CONTRACT } from '../tokens';
import { NO_PARAMETERS } from './parameters';

const readNoParameters = makeParameterReader(NO_PARAMETERS);
const FOR_AN_HOUR = 'public, max-age=3600';

@Controller()
export class ContractController {
  constructor(@Inject(CONTRACT) private readonly document: object) {}

  @Get('/openapi.json')
  @Header('cache-control', 'no-cache')
  contract(@Req() request: FastifyRequest): object {
    readNoParameters(request.query);
    return this.document;
  }

  @Get('/schemas')
  @Header('cache-control', 'no-cache')
  index(@Req() request: FastifyRequest): object {
    readNoParameters(request.query);
    return { items: SCHEMAS.map(entryOf) };
  }

  @Get('/schemas/:type/:file')
  @Header('cache-control', FOR_AN_HOUR)
  schema(@Param('type') type: string, @Param('file') file: string, @Req() request: FastifyRequest): object {
    readNoParameters(request.query);
    const version = /^([1-9]\d{0,3})\.json$/.exec(file)?.[1];
    const schema = version === undefined ? undefined : schemaOf(type, Number(version));
    if (schema !== undefined) return schema;
    throw new Problem({
      status: 404,
      code: 'schema-not-found',
      detail: 'There is no such schema: /schemas lists all there are.',
    });
  }
}

/** The id ends in `<type>:<version>`. */
function entryOf({ $id }: DataSchema): object {
  const [version = '', type = ''] = $id.split(':').reverse();
  return { type, version: Number(version), id: $id, href: `/schemas/${type}/${version}.json` };
}
