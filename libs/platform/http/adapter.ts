import { FastifyAdapter } from '@nestjs/platform-fastify';

import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AnswerProblem } from './answer-problem';
import type { HttpLimits } from './limits';
import { requestIdOf } from './request-context';

/** Fastify for Nest, bounded. */
export function adapterFor(limits: HttpLimits, answerProblem: AnswerProblem): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionTimeout: limits.idleMs,
    genReqId: requestIdOf,
    routerOptions: { maxParamLength: limits.headerBytes },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      answerProblem(request, reply, error),
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      // Node answers a missing Host without a body; we answer it ourselves.
      requireHostHeader: false,
    },
  });
}
