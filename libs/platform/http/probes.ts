import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { CheckResult, Health } from '../health/make-health';
import type { Logger } from '../logging/make-logger';
import type { Metrics } from '../metrics/make-metrics';
import { makeKeyCheck } from './access';
import type { AnswerProblem } from './answer-problem';
import { isLoopback } from './hosts';
import { Problem } from './problem';
import { makeLogRateLimiter } from '../logging/log-rate-limiter';

export interface ProbesOptions {
  /** The listener's address. */
  readonly host: string;
  readonly apiKeys: readonly string[];
  readonly health: Health;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly answerProblem: AnswerProblem;
}

/**
 * Adds `/livez` (liveness; depends on nothing), `/readyz` (readiness: 200 or 503; `?verbose` lists the checks) and `/metrics`.
 * The reason of a failing check may name addresses and users: where other machines reach the listener, it is shown to clients
 * that send a key, and in the log.
 */
export function addProbes(instance: FastifyInstance, options: ProbesOptions): void {
  const { health, metrics, answerProblem } = options;
  const shown = makeReasons(options);
  // These routes are Fastify's own, past Nest's filters: what a guard throws is answered here.
  const problems = {
    errorHandler: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      answerProblem(request, reply, error),
  };
  instance.get('/livez', problems, (_request, reply) => {
    void reply.header('cache-control', 'no-store').send({ status: 'alive' });
  });
  instance.get('/readyz', problems, async (request, reply) => {
    const verbose = isVerbose(request.query as Record<string, unknown>);
    const { status, checks } = await health.report();
    void reply.code(status === 'ready' ? 200 : 503).header('cache-control', 'no-store');
    if (verbose)
      return { status, checks: shown(request, checks).map(({ name, ok, reason }) => ({ name, ok, reason })) };
    const failing = checks.filter(({ ok }) => !ok);
    if (failing.length === 0) return { status };
    const briefs = failing.flatMap(({ name, brief }) => (brief === undefined ? [] : [[name, brief] as const]));
    const reasons = briefs.length === 0 ? {} : { reasons: Object.fromEntries(briefs) };
    return { status, failing: failing.map(({ name }) => name), ...reasons };
  });
  instance.get('/metrics', problems, async (_request, reply) => {
    void reply.header('content-type', metrics.contentType).header('cache-control', 'no-store');
    return metrics.text();
  });
}

/** Values of `?verbose`, by what they mean. */
const VERBOSE = new Map([
  ['', true],
  ['true', true],
  ['false', false],
]);

function isVerbose({ verbose }: Readonly<Record<string, unknown>>): boolean {
  if (verbose === undefined) return false;
  const means = VERBOSE.get(verbose as string);
  if (means !== undefined) return means;
  const detail = 'It may be given once, without a value or with true or false.';
  throw new Problem({
    status: 400,
    code: 'bad-parameter',
    detail: 'Bad parameters: verbose.',
    errors: [{ where: 'query.verbose', detail }],
  });
}

const ONCE_A_MINUTE_MS = 60_000;

/** Withholds the reasons of failing checks from clients that may not read them, and writes them to the log instead. */
function makeReasons({ host, apiKeys, logger }: ProbesOptions) {
  const hasKey = makeKeyCheck(apiKeys);
  const isOpen = apiKeys.length === 0 && isLoopback(host);
  const withheld =
    apiKeys.length > 0
      ? 'shown to clients that send a key, and in the log'
      : 'shown in the log, since this listener is open to other machines';
  const seldom = makeLogRateLimiter(ONCE_A_MINUTE_MS);
  return (request: FastifyRequest, checks: readonly CheckResult[]): readonly CheckResult[] => {
    if (isOpen || hasKey(request)) return checks;
    return checks.map(({ name, ok, reason }) => {
      if (reason === null) return { name, ok, reason };
      if (seldom.pass(name) !== null) logger.warn({ check: name, reason }, 'a health check fails');
      return { name, ok, reason: withheld };
    });
  };
}
