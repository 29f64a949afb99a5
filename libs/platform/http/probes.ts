import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Health } from '../health/make-health';
import type { Metrics } from '../metrics/make-metrics';
import type { AnswerProblem } from './answer-problem';

/**
 * Adds `/livez` (the process turns; depends on nothing), `/readyz` (200 or 503; `?verbose` lists the checks) and `/metrics`.
 */
export function addProbes(
  instance: FastifyInstance,
  health: Health,
  metrics: Metrics,
  answerProblem: AnswerProblem,
): void {
  // These routes are Fastify's own, past Nest's filters: what a guard throws is answered here.
  const problems = {
    errorHandler: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      answerProblem(request, reply, error),
  };
  instance.get('/livez', problems, (_request, reply) => {
    void reply.header('cache-control', 'no-store').send({ status: 'alive' });
  });
  instance.get('/readyz', problems, async (request, reply) => {
    const { status, checks } = await health.report();
    const verbose = 'verbose' in (request.query as Record<string, unknown>);
    void reply.code(status === 'ready' ? 200 : 503).header('cache-control', 'no-store');
    if (verbose) return { status, checks };
    const failing = checks.filter(({ ok }) => !ok).map(({ name }) => name);
    return failing.length === 0 ? { status } : { status, failing };
  });
  instance.get('/metrics', problems, async (_request, reply) => {
    void reply.header('content-type', metrics.contentType).header('cache-control', 'no-store');
    return metrics.text();
  });
}
