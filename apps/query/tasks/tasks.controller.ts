import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DEFAULT_ACCOUNT, parseReceipt } from '@mps-ledger/records';
import type { Receipt } from '@mps-ledger/records';
import { HISTORY_PARAMETERS, TASK_PARAMETERS, TASKS_PARAMETERS } from '../contract/parameters';
import { answering } from '../http/answering';
import { badParameters, makeParameterReader } from '../http/parameters';
import { taskIdOf } from '../http/task-id';
import type { QueryContext } from '../query-context';
import { QUERY_CONTEXT } from '../tokens';
import { answerAtLeast, atLeast } from '../waiting/min-position';
import { getTaskHistory } from './get-task-history';
import { getTask } from './get-task';
import { listTasks } from './list-tasks';
import { tasksFilterOf } from './list-tasks';

const readTaskParameters = makeParameterReader(TASK_PARAMETERS);
const readHistoryParameters = makeParameterReader(HISTORY_PARAMETERS);
const readTasksParameters = makeParameterReader(TASKS_PARAMETERS);

@Controller('/v1/tasks')
export class TasksController {
  constructor(@Inject(QUERY_CONTEXT) private readonly context: QueryContext) {}

  @Get('/:id')
  task(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return answering(reply, () => {
      const { account, receipt, until, min_position } = readTaskParameters(request.query);
      return getTask(this.context, {
        account: account ?? DEFAULT_ACCOUNT,
        taskId: taskIdOf(request.originalUrl),
        receipt: receipt === undefined ? null : receiptOf(receipt),
        untilFinished: until === 'finished',
        ...atLeast(min_position, request, reply),
        ifNoneMatch: request.headers['if-none-match'],
      });
    });
  }

  @Get('/:id/history')
  history(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return answering(reply, () => {
      const { account = DEFAULT_ACCOUNT, limit, cursor, min_position } = readHistoryParameters(request.query);
      const question = { account, taskId: taskIdOf(request.originalUrl), cursor, limit };
      const at = atLeast(min_position, request, reply);
      return answerAtLeast(this.context, at, () => getTaskHistory(this.context, question));
    });
  }

  @Get()
  tasks(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return answering(reply, () => {
      const { limit, cursor, min_position, ...filters } = readTasksParameters(request.query);
      const question = { filter: tasksFilterOf(filters), limit, cursor };
      const at = atLeast(min_position, request, reply);
      return answerAtLeast(this.context, at, () => listTasks(this.context, question));
    });
  }
}

function receiptOf(text: string): Receipt {
  const receipt = parseReceipt(text);
  if (receipt !== null) return receipt;
  const detail = `${JSON.stringify(text)} was given; it must be ${TASK_PARAMETERS.receipt.allowed}.`;
  throw badParameters([{ where: 'query.receipt', detail }]);
}
