import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DEFAULT_ACCOUNT, parseReceipt } from '@mps-ledger/wire';
import type { Receipt } from '@mps-ledger/wire';
import { HISTORY_PARAMETERS, TASK_PARAMETERS, TASKS_PARAMETERS } from '../contract/parameters';
import { answering, goneSignal } from '../http/answering';
import { badParameters, makeParameterReader } from '../http/parameters';
import { readPreferences } from '../http/prefer';
import { taskIdOf } from '../http/task-id';
import type { Reading } from '../reading';
import { READING } from '../tokens';
import { askHistory } from './ask-history';
import { askTask } from './ask-task';
import { askTasks } from './ask-tasks';
import { tasksFilterOf } from './tasks-list';

const readTaskParameters = makeParameterReader(TASK_PARAMETERS);
const readHistoryParameters = makeParameterReader(HISTORY_PARAMETERS);
const readTasksParameters = makeParameterReader(TASKS_PARAMETERS);

@Controller('/v1/tasks')
export class TasksController {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get('/:id')
  task(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return answering(reply, () => {
      const { account, receipt, until } = readTaskParameters(request.query);
      return askTask(this.reading, {
        account: account ?? DEFAULT_ACCOUNT,
        taskId: taskIdOf(request.originalUrl),
        receipt: receipt === undefined ? null : receiptOf(receipt),
        untilFinished: until === 'finished',
        wait: readPreferences(request.headers['prefer']).wait,
        ifNoneMatch: request.headers['if-none-match'],
        gone: goneSignal(reply),
      });
    });
  }

  @Get('/:id/history')
  history(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return answering(reply, () => {
      const { account, limit, cursor } = readHistoryParameters(request.query);
      return askHistory(this.reading, {
        account: account ?? DEFAULT_ACCOUNT,
        taskId: taskIdOf(request.originalUrl),
        cursor,
        limit,
      });
    });
  }

  @Get()
  tasks(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return answering(reply, () => {
      const { limit, cursor, ...filters } = readTasksParameters(request.query);
      return askTasks(this.reading, { filter: tasksFilterOf(filters), limit, cursor });
    });
  }
}

function receiptOf(text: string): Receipt {
  const receipt = parseReceipt(text);
  if (receipt !== null) return receipt;
  const detail = `${JSON.stringify(text)} was given; it must be ${TASK_PARAMETERS.receipt.allowed}.`;
  throw badParameters([{ where: 'query.receipt', detail }]);
}
