import { Controller, Get, Header, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { CheckResult, Health } from '../health/make-health';
import type { Logger } from '../logging/make-logger';
import { makeLogRateLimiter } from '@mps-ledger/async';
import type { Metrics } from '../metrics/make-metrics';
import type { Access } from './access';
import { makeOperatorCheck } from './access-check';
import { Contract, Schemas } from './contract';
import { isLoopback } from './hosts';
import { badParameters } from './parameters';
import { PROBE_SCHEMAS, VERBOSE_PARAMETER } from './probe-contract';

export interface ProbesOptions {
  /** The listener's address. */
  readonly host: string;
  /** Who may send requests. Default: every client that reaches the listener. */
  readonly access?: Access | undefined;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export const PROBES_OPTIONS = Symbol('PROBES_OPTIONS');

/**
 * Liveness (depends on nothing), readiness and metrics. The reason of a failing check may name addresses and users: where other
 * machines reach the listener, it is shown to clients that send a key, and in the log.
 */
@Controller()
@Schemas(PROBE_SCHEMAS)
export class ProbesController {
  private readonly visible: ReturnType<typeof makeReasons>;

  constructor(@Inject(PROBES_OPTIONS) private readonly options: ProbesOptions) {
    this.visible = makeReasons(options);
  }

  @Get('/livez')
  @Header('cache-control', 'no-store')
  @Contract({ id: 'getLiveness', summary: 'Liveness', query: {}, answer: 'Alive', key: 'none' })
  liveness(): object {
    return { status: 'alive' };
  }

  @Get('/readyz')
  @Header('cache-control', 'no-store')
  @Contract({
    id: 'getReadiness',
    summary: 'Readiness; ?verbose lists the checks',
    description: 'Unknown parameters are ignored.',
    query: { verbose: VERBOSE_PARAMETER },
    answer: 'Readiness',
    otherAnswers: { 503: 'Not ready' },
    problems: { 400: '`bad-parameter`' },
    key: 'optional',
  })
  async readiness(
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const verbose = isVerbose(query);
    const { status, checks } = await this.options.health.report();
    void reply.code(status === 'ready' ? 200 : 503);
    if (verbose) {
      const visible = await this.visible(request, checks);
      return { status, checks: visible.map(({ name, ok, reason }) => ({ name, ok, reason })) };
    }
    const failing = checks.filter(({ ok, isAdvisory }) => !ok && isAdvisory !== true);
    if (failing.length === 0) return { status };
    const briefs = failing.flatMap(({ name, brief }) => (brief === undefined ? [] : [[name, brief] as const]));
    const reasons = briefs.length === 0 ? {} : { reasons: Object.fromEntries(briefs) };
    return { status, failing: failing.map(({ name }) => name), ...reasons };
  }

  @Get('/metrics')
  @Header('cache-control', 'no-store')
  @Contract({ id: 'getMetrics', summary: 'Metrics for Prometheus', query: {}, answer: 'text' })
  metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { metrics } = this.options;
    void reply.header('content-type', metrics.contentType);
    return metrics.text();
  }
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
  throw badParameters([
    { where: 'query.verbose', detail: 'It may be given once, without a value or with true or false.' },
  ]);
}

const ONCE_A_MINUTE_MS = 60_000;

/** The scope of keys that may read the reasons of failing checks. */
const OPERATORS_SCOPE = 'operate';

/** Withholds the reasons of failing checks from clients that may not read them, and writes them to the log instead. */
function makeReasons({ host, access = { apiKeys: [] }, logger }: ProbesOptions) {
  const isLocal = isLoopback(host);
  const mayRead = makeOperatorCheck(access, { scope: OPERATORS_SCOPE, isLocal });
  const hasKeys = access.apiKeys.length > 0 || access.keySource !== undefined;
  const withheld = hasKeys
    ? 'shown to clients that send a key, and in the log'
    : 'shown in the log, since this listener is open to other machines';
  const logLimiter = makeLogRateLimiter(ONCE_A_MINUTE_MS);
  return async (request: FastifyRequest, checks: readonly CheckResult[]): Promise<readonly CheckResult[]> => {
    if (await mayRead(request)) return checks;
    return checks.map(({ name, ok, reason }) => {
      if (reason === null) return { name, ok, reason };
      if (logLimiter.pass(name) !== null) logger.warn({ check: name, reason }, 'a health check fails');
      return { name, ok, reason: withheld };
    });
  };
}
