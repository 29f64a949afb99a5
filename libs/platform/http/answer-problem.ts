import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Logger } from '../logging/make-logger';
import { problemOf } from './problem-of';
import { isNothingAtPath, nothingAtPath, type Problem } from './problem';
import type { ProblemForm } from './problem-form';
import { pathOf } from './request-context';
import { makeLogRateLimiter, type LogRateLimiter } from '@mps-ledger/async';

export type AnswerProblem = (request: FastifyRequest, reply: FastifyReply, thrown: unknown) => void;

export interface AnswerProblemOptions {
  readonly logger: Logger;
  /** How a problem is written. */
  readonly form: ProblemForm;
  /** The path of the listener's contract, to which a 404 of an unknown path points. Default: none is served. */
  readonly contract?: string | undefined;
  /** The problem for an error that the listener's app knows; null for others. Default: none is known. */
  readonly problemFor?: ((error: unknown) => Problem | null) | undefined;
}

/** Makes the function that sends any thrown value as a problem, and logs it where the error is ours. An answer already begun is cut off. */
export function makeAnswerProblem(options: AnswerProblemOptions): AnswerProblem {
  const { logger, form, contract, problemFor = () => null } = options;
  const logLimiter = makeLogRateLimiter(1000);
  return (request, reply, raised) => {
    const thrown = problemFor(raised) ?? raised;
    const found = problemOf(thrown);
    const problem = isNothingAtPath(found) ? nothingAtPath(contract) : found;
    logProblem({ request, problem, thrown, logger, logLimiter });
    if (reply.sent || reply.raw.headersSent) reply.raw.destroy();
    else send(request, reply, problem, form);
  };
}

function send(request: FastifyRequest, reply: FastifyReply, problem: Problem, form: ProblemForm): void {
  // For a body that it refuses, Fastify would cut the connection; a client that still sends would never see the answer.
  // Kept open, the rest of the body is read and dropped, within the request's time limit.
  if (reply.getHeader('connection') === 'close') reply.removeHeader('connection');
  const { status, contentType, body } = form(problem, request.id, pathOf(request.raw.url).slice(0, 2048));
  reply
    .code(status)
    .headers({ 'x-request-id': request.id, 'cache-control': 'no-store', ...problem.headers })
    .header('content-type', contentType)
    // Bytes: to a text Fastify would add a charset, which problem+json does not have.
    .send(Buffer.from(body));
}

interface Logged {
  readonly request: FastifyRequest;
  readonly problem: Problem;
  readonly thrown: unknown;
  readonly logger: Logger;
  readonly logLimiter: LogRateLimiter;
}

/** Logs the route, not the path: parts of a path may be secret. An intended 5xx, and a 401 (a key that was changed
 * on one side only makes every request one), are logged once a second at most. */
function logProblem({ request, problem, thrown, logger, logLimiter }: Logged): void {
  const { status, code } = problem;
  const members = { request_id: request.id, method: request.method, route: request.routeOptions.url, status, code };
  if (status < 500 && status !== 401) {
    logger.debug(members, problem.message);
  } else if (problem === thrown) {
    const similar = logLimiter.pass(code);
    if (similar !== null) logger.warn({ ...members, similar, err: problem.cause }, problem.message);
  } else {
    logger.error({ ...members, err: thrown }, 'a request failed unexpectedly');
  }
}
