import { Controller, Get, Inject, Query } from '@nestjs/common';
import { QueryPipe, Schemas, type Given } from '@mps-ledger/platform';
import { BAD_PARAMETER, GONE_POSITION, Read } from '../contract/read';
import type { Answer } from '../http/answer';
import { min_position, NOT_OF_LISTS } from '../http/parameters';
import { ClientWait, type WaitOptions } from '../http/request-parts';
import type { Service } from '../query-context';
import { GET_PIPELINE } from '../tokens';
import type { getPipeline } from './get-pipeline';
import { PIPELINE_SCHEMAS } from './pipeline-schemas';

const PIPELINE_PARAMETERS = { min_position };

@Controller('/v1/pipeline')
@Schemas(PIPELINE_SCHEMAS)
export class PipelineController {
  constructor(@Inject(GET_PIPELINE) private readonly get: Service<typeof getPipeline>) {}

  @Get()
  @Read({
    id: 'getPipeline',
    summary: 'How far everything is, and whether it adds up',
    description:
      'From the checkpoints that the projector writes: what only another process knows is null, and unknown says why. Numbers are of the whole ledger; sources and the last rejected notification are of the accounts that the key shows.',
    query: PIPELINE_PARAMETERS,
    answer: 'Pipeline',
    momentary: true,
    problems: { 400: BAD_PARAMETER, 410: GONE_POSITION },
  })
  getPipeline(
    @Query(new QueryPipe(PIPELINE_PARAMETERS, NOT_OF_LISTS)) given: Given<typeof PIPELINE_PARAMETERS>,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    return this.get({ minPosition: given.min_position ?? null, ...wait });
  }
}
