import type { FastifyReply } from 'fastify';
import { faultOf } from '../faults';
import type { Answer } from './answer';

const JSON_TEXT = 'application/json; charset=utf-8';

/** Does the work of one operation, puts its status and headers on the reply, and answers the body, for Nest to send. */
export async function answering(reply: FastifyReply, work: () => Promise<Answer>): Promise<unknown> {
  const {
    status = 200,
    headers,
    body,
  } = await work().catch((error: unknown) => {
    throw faultOf(error) ?? error;
  });
  void reply.code(status).headers(headers);
  if (typeof body === 'string') void reply.type(JSON_TEXT);
  return body;
}

/** Aborted when there is nobody left to answer: the client went away before it was. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    // An abort makes an exception with its stack, a tenth of what answering a task takes: not for each answer that arrived.
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
