import { Controller, Get, Inject, Query } from '@nestjs/common';
import { QueryPipe, Schemas, type Given } from '@mps-ledger/platform';
import { BAD_PARAMETER, GONE_POSITION, Read } from '../contract/read';
import type { Answer } from '../http/answer';
import { ClientWait, type WaitOptions } from '../http/request-parts';
import type { Service } from '../query-context';
import { GET_CHANGES } from '../tokens';
import { CHANGES_PARAMETERS, feedRequest } from './feed-parameters';
import { FEED_SCHEMAS } from './feed-schemas';
import type { getChanges } from './get-changes';

export const CHANGES_DESCRIPTION =
  'The way to follow the ledger: give the position of each answer as after of the next request. Every record comes once, in the order of its ' +
  'partition; all records of a task are in one partition. With "Prefer: wait=N" an answer that would have no items waits for the next one.';

@Controller('/v1')
@Schemas(FEED_SCHEMAS)
export class FeedsController {
  constructor(@Inject(GET_CHANGES) private readonly changes: Service<typeof getChanges>) {}

  @Get('/changes')
  @Read({
    id: 'getChanges',
    scope: 'subscribe',
    summary: 'Events, or changes of tasks, after a position',
    description: CHANGES_DESCRIPTION,
    query: CHANGES_PARAMETERS,
    answer: 'Changes',
    problems: { 400: BAD_PARAMETER, 410: `${GONE_POSITION}. The same of after` },
  })
  getChanges(
    @Query(new QueryPipe(CHANGES_PARAMETERS)) given: Given<typeof CHANGES_PARAMETERS>,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    const { limit, min_position: minPosition = null, ...feed } = given;
    return this.changes({ ...feedRequest(feed), limit, minPosition, ...wait });
  }
}
