import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { grantOf } from '@mps-ledger/platform';
import type { VisibleAccounts } from '@mps-ledger/read-model';
import { readPreferences } from './prefer';
import { taskIdOf } from './task-id';

/** How long the client waits, whether it still does, and what it may see. */
export interface WaitOptions {
  /** The accounts whose rows its answer may be made of, by its key. */
  readonly visible: VisibleAccounts;
  /** Seconds to wait at most (`Prefer: wait`); null: do not wait. */
  readonly wait: number | null;
  /** Aborted when the client disconnects before the answer is sent. */
  readonly disconnected: AbortSignal;
}

/** The exact TaskId of the path. */
export const TaskId = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  taskIdOf(context.switchToHttp().getRequest<FastifyRequest>().originalUrl),
);

/** How long the client waits: `Prefer: wait`, until it disconnects; and the accounts that its key shows. */
export const ClientWait = createParamDecorator((_: unknown, context: ExecutionContext): WaitOptions => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const { wait } = readPreferences(request.headers['prefer']);
  return { visible: grantOf(request).accounts, wait, disconnected: disconnectSignal(http.getResponse<FastifyReply>()) };
});

function disconnectSignal(reply: FastifyReply): AbortSignal {
  const disconnected = new AbortController();
  reply.raw.once('close', () => {
    // An abort makes an exception with its stack, a tenth of the cost of answering a task: not after each complete answer.
    if (!reply.raw.writableFinished) disconnected.abort();
  });
  return disconnected.signal;
}
