import type { FastifyReply } from 'fastify';
import { databaseProblem } from '../database-problems';
import type { Answer } from './answer';

const JSON_TEXT = 'application/json; charset=utf-8';

/** Does the work of one operation, puts its status and headers on the reply, and answers the body, for Nest to send. */
export async function answering(reply: FastifyReply, work: () => Promise<Answer>): Promise<unknown> {
  const {
    status = 200,
    headers,
    body,
  } = await work().catch((error: unknown) => {
    throw databaseProblem(error) ?? error;
  });
  void reply.code(status).headers(headers);
  if (typeof body === 'string') void reply.type(JSON_TEXT);
  return body;
}

/** Aborted when the client disconnects before the answer is sent. */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const disconnected = new AbortController();
  reply.raw.once('close', () => {
    // An abort makes an exception with its stack, a tenth of the cost of answering a task: not after each complete answer.
    if (!reply.raw.writableFinished) disconnected.abort();
  });
  return disconnected.signal;
}
