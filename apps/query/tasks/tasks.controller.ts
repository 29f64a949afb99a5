import { Controller, Get, Headers, Inject, Query } from '@nestjs/common';
import { Type } from 'typebox';
import { QueryPipe, Schemas, type Given, type PathParameter } from '@mps-ledger/platform';
import { BAD_PARAMETER, GONE_POSITION, GONE_RECEIPT, Read } from '../contract/read';
import type { Answer } from '../http/answer';
import type { Filter } from '../http/cursor';
import { NOT_OF_LISTS } from '../http/parameters';
import { ClientWait, TaskId, type WaitOptions } from '../http/request-parts';
import type { Service } from '../query-context';
import {
  COUNT_TASKS,
  EXPORT_TASKS,
  GET_TASK,
  GET_TASK_DIFF,
  GET_TASK_HISTORY,
  GET_TASK_LIVE,
  GET_TASK_WHY,
  LIST_TASKS,
} from '../tokens';
import type { countTasks } from './count-tasks';
import type { ExportFormat } from './export-formats';
import type { exportTasks } from './export-tasks';
import type { getTask } from './get-task';
import type { getTaskDiff } from './get-task-diff';
import type { getTaskHistory } from './get-task-history';
import type { getTaskLive } from './get-task-live';
import type { getTaskWhy } from './get-task-why';
import type { listTasks, TaskSelection } from './list-tasks';
import { pastOf } from './past-point';
import {
  DIFF_PARAMETERS,
  HISTORY_PARAMETERS,
  LIVE_PARAMETERS,
  TASK_COUNTS_PARAMETERS,
  TASK_EXPORT_PARAMETERS,
  TASK_PARAMETERS,
  TASKS_PARAMETERS,
  WHY_PARAMETERS,
} from './task-parameters';
import { TASK_SCHEMAS } from './task-schemas';

const AMBIGUOUS =
  '`ambiguous-task`: several accounts have a task with this TaskId; errors[] names them: give one of them as account';

const TASK_ID: PathParameter = {
  schema: Type.String({ minLength: 1 }),
  description:
    'TaskId: any string, percent-encoded as UTF-8 (slashes as %2F; a lone surrogate as its three bytes, such as %ED%A0%80). Clients that rewrite paths cannot spell the TaskIds "." and ".."',
};

@Controller('/v1/tasks')
@Schemas(TASK_SCHEMAS)
export class TasksController {
  constructor(
    @Inject(GET_TASK) private readonly get: Service<typeof getTask>,
    @Inject(GET_TASK_HISTORY) private readonly getHistory: Service<typeof getTaskHistory>,
    @Inject(GET_TASK_LIVE) private readonly getLive: Service<typeof getTaskLive>,
    @Inject(GET_TASK_DIFF) private readonly getDiff: Service<typeof getTaskDiff>,
    @Inject(GET_TASK_WHY) private readonly getWhy: Service<typeof getTaskWhy>,
    @Inject(LIST_TASKS) private readonly list: Service<typeof listTasks>,
    @Inject(COUNT_TASKS) private readonly count: Service<typeof countTasks>,
    @Inject(EXPORT_TASKS) private readonly exporting: Service<typeof exportTasks>,
  ) {}

  @Get('/:id')
  @Read({
    id: 'getTask',
    summary: 'One task, as it is or as it was',
    description:
      'With at or at_version it is the fold of its history up to there, in the same shape; Ledger-As-Of says where that is. Such an answer stays as it is, unless something of before that time is applied later (Ledger-Lag-Ms).',
    pathParameters: { id: TASK_ID },
    query: TASK_PARAMETERS,
    headers: { Prefer: '`wait=N` (RFC 7240): with receipt, until or min_position, wait up to N seconds; 60 at most' },
    answer: 'Task',
    answerHeaders: ['Ledger-As-Of'],
    problems: {
      400: `${BAD_PARAMETER}; \`receipt-without-partition\``,
      404: '`task-not-found`; `version-not-found`: at_version is beyond its current version, which detail names; `before-first-event`: at is before its first record; `notification-not-found`: no notification is at the place of the receipt',
      409: AMBIGUOUS,
      410: `${GONE_RECEIPT}; ${GONE_POSITION}`,
    },
  })
  getTask(
    @Query(new QueryPipe(TASK_PARAMETERS)) given: Given<typeof TASK_PARAMETERS>,
    @TaskId() taskId: string,
    @ClientWait() wait: WaitOptions,
    @Headers('if-none-match') ifNoneMatch?: string,
  ): Promise<Answer> {
    const { account = null, receipt = null, until, min_position: minPosition = null } = given;
    const untilFinished = until === 'finished';
    const past = pastOf(given);
    return this.get({ account, taskId, receipt, untilFinished, minPosition, ...wait, ifNoneMatch, past });
  }

  @Get('/:id/history')
  @Read({
    id: 'getTaskHistory',
    summary: 'The history of one task, in the order of the log',
    description:
      'Every record of the event log that concerns the task, annotated as applied or parked, late, repeated or reopened, with its event byte for byte as on the log. A record that is on the log twice is shown once. A filter with several values is for records that match one of them; a page with a filter looks at 5,000 records and may be short, or empty, and not be the last: only next_cursor says.',
    pathParameters: { id: TASK_ID },
    query: HISTORY_PARAMETERS,
    answer: 'History',
    paged: true,
    problems: { 400: BAD_PARAMETER, 404: '`task-not-found`', 409: AMBIGUOUS, 410: GONE_POSITION },
  })
  getTaskHistory(
    @Query(new QueryPipe(HISTORY_PARAMETERS)) given: Given<typeof HISTORY_PARAMETERS>,
    @TaskId() taskId: string,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    const { account = null, limit, cursor, min_position: minPosition = null, ...filter } = given;
    return this.getHistory({ account, taskId, filter, cursor, limit, minPosition, ...wait });
  }

  @Get('/:id/diff')
  @Read({
    id: 'getTaskDiff',
    summary: 'What changed between two versions of one task',
    description:
      'A JSON Patch (RFC 6902) that turns the answer of at_version=from into that of at_version=to. Subtasks are compared by their key; lists of the provider are replaced as a whole.',
    pathParameters: { id: TASK_ID },
    query: DIFF_PARAMETERS,
    answer: 'TaskDiff',
    problems: {
      400: BAD_PARAMETER,
      404: '`task-not-found`; `version-not-found`: from or to is beyond its current version, which detail names',
      409: AMBIGUOUS,
      410: GONE_POSITION,
    },
  })
  getTaskDiff(
    @Query(new QueryPipe(DIFF_PARAMETERS)) given: Given<typeof DIFF_PARAMETERS>,
    @TaskId() taskId: string,
    @ClientWait() wait: WaitOptions,
    @Headers('if-none-match') ifNoneMatch?: string,
  ): Promise<Answer> {
    const { account = null, from, to = null, min_position: minPosition = null } = given;
    return this.getDiff({ account, taskId, from, to, minPosition, ...wait, ifNoneMatch });
  }

  @Get('/:id/why')
  @Read({
    id: 'getTaskWhy',
    summary: 'Why one task shows what it shows',
    description:
      'For each shown value the event that set it, its notification, trust and the rule; and what lost against it, by what. Values that one event set together are one item; values that nothing was said of have none. Pages stay on the version that they began with.',
    pathParameters: { id: TASK_ID },
    query: WHY_PARAMETERS,
    answer: 'ExplanationList',
    paged: true,
    answerHeaders: ['Ledger-As-Of'],
    problems: {
      400: BAD_PARAMETER,
      404: '`task-not-found`; `version-not-found`: at_version is beyond its current version, or it has none yet',
      409: AMBIGUOUS,
      410: GONE_POSITION,
    },
  })
  getTaskWhy(
    @Query(new QueryPipe(WHY_PARAMETERS)) given: Given<typeof WHY_PARAMETERS>,
    @TaskId() taskId: string,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    const { account = null, limit, cursor, min_position: minPosition = null, ...asked } = given;
    const { at_version: version = null, ...filter } = asked;
    return this.getWhy({ account, taskId, version, filter, cursor, limit, minPosition, ...wait });
  }

  @Get('/:id/live')
  @Read({
    id: 'getTaskLive',
    summary: 'The items of a live stream, by their start',
    description:
      'Results that were reported one after the other: sentences, faces, defects, recorded files. Items that the provider marks as not steady are superseded by later ones with the same start.',
    pathParameters: { id: TASK_ID },
    query: LIVE_PARAMETERS,
    answer: 'LiveItemList',
    paged: true,
    problems: { 400: BAD_PARAMETER, 404: '`task-not-found`', 409: AMBIGUOUS, 410: GONE_POSITION },
  })
  getTaskLive(
    @Query(new QueryPipe(LIVE_PARAMETERS)) given: Given<typeof LIVE_PARAMETERS>,
    @TaskId() taskId: string,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    const { account = null, limit, cursor, min_position: minPosition = null, ...filter } = given;
    return this.getLive({ account, taskId, filter, cursor, limit, minPosition, ...wait });
  }

  @Get()
  @Read({
    id: 'listTasks',
    summary: 'Tasks, newest first',
    description:
      'A page may hold fewer tasks than its limit, or none, and not be the last: only next_cursor says. A filter with several values is for tasks that match one of them.',
    query: TASKS_PARAMETERS,
    answer: 'TaskList',
    paged: true,
    answerHeaders: ['Ledger-Search-Lag-Events'],
    problems: { 400: `${BAD_PARAMETER}; \`search-off\`: the projection search is off`, 410: GONE_POSITION },
  })
  listTasks(
    @Query(new QueryPipe(TASKS_PARAMETERS, NOT_OF_LISTS)) given: Given<typeof TASKS_PARAMETERS>,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    const { limit, cursor, fields, min_position: minPosition = null, ...selection } = given;
    return this.list({ selection: selection as TaskSelection & Filter, cursor, limit, fields, minPosition, ...wait });
  }

  @Get('/counts')
  @Read({
    id: 'countTasks',
    summary: 'How many tasks match, by status and outcome',
    description:
      'Exact where no more than 100,000 tasks match or, with q, input or output, no more than 20,000 before the other filters; more are estimated from a sample of one in 256, which is said.',
    query: TASK_COUNTS_PARAMETERS,
    answer: 'TaskCounts',
    answerHeaders: ['Ledger-Search-Lag-Events'],
    problems: { 400: `${BAD_PARAMETER}; \`search-off\``, 410: GONE_POSITION },
  })
  countTasks(
    @Query(new QueryPipe(TASK_COUNTS_PARAMETERS, NOT_OF_LISTS)) given: Given<typeof TASK_COUNTS_PARAMETERS>,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    const { min_position: minPosition = null, ...filter } = given;
    return this.count({ filter, minPosition, ...wait });
  }

  @Get('/export')
  @Read({
    id: 'exportTasks',
    summary: 'All tasks that match',
    description:
      'Sent as fast as they are taken, in pages of 1,000 of which each is of a snapshot of its own; gzip for those who accept it. The last task of a page has a next_cursor: who is cut off drops what came after the last next_cursor that was received, and goes on with it as cursor. The last task of all has next_cursor null (CSV: end). The headers say how fresh the first page is.',
    query: TASK_EXPORT_PARAMETERS,
    answer: 'rows',
    answerHeaders: ['Ledger-Search-Lag-Events'],
    problems: { 400: `${BAD_PARAMETER}; \`search-off\``, 410: GONE_POSITION },
  })
  exportTasks(
    @Query(new QueryPipe(TASK_EXPORT_PARAMETERS, NOT_OF_LISTS)) given: Given<typeof TASK_EXPORT_PARAMETERS>,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    const { format = 'ndjson', cursor, fields, min_position: minPosition = null, ...selection } = given;
    const request = { selection: selection as TaskSelection & Filter, cursor, fields, minPosition, ...wait };
    return this.exporting({ ...request, format: format as ExportFormat });
  }
}
