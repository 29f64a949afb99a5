import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { QueryPipe, Schemas, type Given, type PathParameter } from '@mps-ledger/platform';
import { DEFAULT_ACCOUNT } from '@mps-ledger/records';
import { BAD_PARAMETER, GONE_POSITION, GONE_RECEIPT, Read } from '../contract/read';
import { answering } from '../http/answering';
import { taskIdOf } from '../http/task-id';
import type { QueryContext } from '../query-context';
import { QUERY_CONTEXT } from '../tokens';
import { answerAtLeast, atLeast } from '../waiting/min-position';
import { getTask } from './get-task';
import { getTaskHistory } from './get-task-history';
import { listTasks } from './list-tasks';
import { HISTORY_PARAMETERS, TASK_PARAMETERS, TASKS_PARAMETERS } from './task-parameters';
import { TASK_SCHEMAS } from './task-schemas';

const TASK_ID: PathParameter = {
  schema: Type.String({ minLength: 1 }),
  description:
    'TaskId: any string, percent-encoded as UTF-8 (slashes as %2F; a lone surrogate as its three bytes, such as %ED%A0%80). Clients that rewrite paths cannot spell the TaskIds "." and ".."',
};

@Controller('/v1/tasks')
@Schemas(TASK_SCHEMAS)
export class TasksController {
  constructor(@Inject(QUERY_CONTEXT) private readonly context: QueryContext) {}

  @Get('/:id')
  @Read({
    id: 'getTask',
    summary: 'One task',
    pathParameters: { id: TASK_ID },
    query: TASK_PARAMETERS,
    headers: {
      Prefer: '`wait=N` (RFC 7240): with receipt, until or min_position, wait up to N seconds; 60 at most',
      'If-None-Match': 'The ETag of an earlier answer: 304 if nothing changed',
    },
    answer: 'Task',
    tagged: true,
    problems: {
      400: `${BAD_PARAMETER}; \`receipt-without-partition\``,
      404: '`task-not-found`; `notification-not-found`: no notification is at the place of the receipt',
      410: `${GONE_RECEIPT}; ${GONE_POSITION}`,
    },
  })
  getTask(
    @Query(new QueryPipe(TASK_PARAMETERS)) given: Given<typeof TASK_PARAMETERS>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { account = DEFAULT_ACCOUNT, receipt = null, until, min_position = null } = given;
    return answering(reply, () =>
      getTask(this.context, {
        account,
        taskId: taskIdOf(request.originalUrl),
        receipt,
        untilFinished: until === 'finished',
        ...atLeast(min_position, request, reply),
        ifNoneMatch: request.headers['if-none-match'],
      }),
    );
  }

  @Get('/:id/history')
  @Read({
    id: 'getTaskHistory',
    summary: 'The history of one task, in the order of the log',
    description:
      'Every record of the event log that concerns the task, annotated as applied or parked, late, repeated or reopened, with its event byte for byte as on the log. A record that is on the log twice is shown once.',
    pathParameters: { id: TASK_ID },
    query: HISTORY_PARAMETERS,
    answer: 'History',
    paged: true,
    problems: { 400: BAD_PARAMETER, 404: '`task-not-found`', 410: GONE_POSITION },
  })
  getTaskHistory(
    @Query(new QueryPipe(HISTORY_PARAMETERS)) given: Given<typeof HISTORY_PARAMETERS>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { account = DEFAULT_ACCOUNT, limit, cursor, min_position = null } = given;
    return answering(reply, () => {
      const wanted = { account, taskId: taskIdOf(request.originalUrl), cursor, limit };
      const at = atLeast(min_position, request, reply);
      return answerAtLeast(this.context, at, () => getTaskHistory(this.context, wanted));
    });
  }

  @Get()
  @Read({
    id: 'listTasks',
    summary: 'Tasks, newest first',
    query: TASKS_PARAMETERS,
    answer: 'TaskList',
    paged: true,
    problems: { 400: BAD_PARAMETER, 410: GONE_POSITION },
  })
  listTasks(
    @Query(new QueryPipe(TASKS_PARAMETERS)) given: Given<typeof TASKS_PARAMETERS>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { limit, cursor, min_position = null, ...filter } = given;
    const at = atLeast(min_position, request, reply);
    return answering(reply, () =>
      answerAtLeast(this.context, at, () => listTasks(this.context, { filter, limit, cursor })),
    );
  }
}
