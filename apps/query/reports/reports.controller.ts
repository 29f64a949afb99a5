import { Controller, Get, Inject, Query } from '@nestjs/common';
import { QueryPipe, Schemas, type Given } from '@mps-ledger/platform';
import { BAD_PARAMETER, GONE_POSITION, Read } from '../contract/read';
import type { Answer } from '../http/answer';
import { NOT_OF_LISTS } from '../http/parameters';
import { ClientWait, type WaitOptions } from '../http/request-parts';
import type { Service } from '../query-context';
import { LIST_ERRORS, LIST_USAGE } from '../tokens';
import type { listErrors } from './list-errors';
import type { listUsage } from './list-usage';
import { ERRORS_PARAMETERS, USAGE_PARAMETERS } from './report-parameters';
import { REPORT_SCHEMAS } from './report-schemas';

const ENDED =
  'When something ended is its finish time; where the provider gives none, that of its task; where there is none either, when the task was first received.';

@Controller('/v1')
@Schemas(REPORT_SCHEMAS)
export class ReportsController {
  constructor(
    @Inject(LIST_ERRORS) private readonly errors: Service<typeof listErrors>,
    @Inject(LIST_USAGE) private readonly usage: Service<typeof listUsage>,
  ) {}

  @Get('/errors')
  @Read({
    id: 'listErrors',
    summary: 'What fails: failures of tasks and subtasks in groups, those with most first',
    description: `A group has kind, template, code, class and message in common, without the numbers, ids and places in the message. ${ENDED} Numbers change while pages are read: a group that grows past the place of a cursor is not on its page.`,
    query: ERRORS_PARAMETERS,
    answer: 'ErrorList',
    paged: true,
    problems: { 400: BAD_PARAMETER, 410: GONE_POSITION },
  })
  listErrors(
    @Query(new QueryPipe(ERRORS_PARAMETERS, NOT_OF_LISTS)) given: Given<typeof ERRORS_PARAMETERS>,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    const { limit, cursor, min_position: minPosition = null, ...filter } = given;
    return this.errors({ filter, cursor, limit, minPosition, ...wait });
  }

  @Get('/usage')
  @Read({
    id: 'listUsage',
    summary: 'How much was done: tasks, subtasks and their outputs by kind, template and day',
    description: `Sums over what has ended. A task is counted in the item without subtask_kind, each of its subtasks in that of its kind and template. ${ENDED}`,
    query: USAGE_PARAMETERS,
    answer: 'UsageList',
    csv: true,
    paged: true,
    problems: { 400: BAD_PARAMETER, 410: GONE_POSITION },
  })
  listUsage(
    @Query(new QueryPipe(USAGE_PARAMETERS, NOT_OF_LISTS)) given: Given<typeof USAGE_PARAMETERS>,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    const { limit, cursor, format: asked, min_position: minPosition = null, ...selection } = given;
    const format = asked === 'csv' ? asked : 'json';
    return this.usage({ selection, cursor, limit, format, minPosition, ...wait });
  }
}
