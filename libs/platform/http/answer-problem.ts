import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Logger } from '../logging/make-logger';
import { problemOf } from './problem-of';
import { PROBLEM_MEDIA_TYPE, problemBody, type Problem } from './problem';
import { pathOf } from './request-context';

/** Sends any thrown value as problem+json, and logs it where the fault is ours. An answer already begun is cut off. */
export function answerProblem(request: FastifyRequest, reply: FastifyReply, thrown: unknown, logger: Logger): void {
  const problem = problemOf(thrown);
  log(request, problem, thrown, logger);
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  // Whatever of the body is still to come is read and dropped (within the request's time), instead of cutting a
  // connection on which the client is still sending: it would never see the answer.
  request.raw.resume();
  reply.removeHeader('connection');
  const path = pathOf(request.raw.url);
  reply
    .code(problem.status)
    .headers({ 'x-request-id': request.id, 'cache-control': 'no-store', ...problem.headers })
    .header('content-type', PROBLEM_MEDIA_TYPE)
    // Bytes: to a text Fastify would add a charset, which problem+json does not have.
    .send(Buffer.from(problemBody(problem, request.id, path.slice(0, 2048))));
}

function log(request: FastifyRequest, problem: Problem, thrown: unknown, logger: Logger): void {
  const members = { request_id: request.id, method: request.method, path: pathOf(request.raw.url).slice(0, 200), status: problem.status, code: problem.code };
  if (problem.status >= 500 && problem === thrown) logger.warn({ ...members, err: problem.cause }, problem.message);
  else if (problem.status >= 500) logger.error({ ...members, err: thrown }, 'a request failed in a way that nobody foresaw');
  else logger.debug(members, problem.message);
}
