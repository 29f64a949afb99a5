import 'reflect-metadata';

import type { Server } from 'node:http';

import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type NestApplicationOptions,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

import type { Health } from '../health/make-health';
import type { Logger } from '../logging/make-logger';
import { nestLogger } from '../logging/nest-logger';
import type { Metrics } from '../metrics/make-metrics';
import { refuseOpenListener, type Access } from './access';
import { makeAccessCheck, type AccessCheck } from './access-check';
import { AccessGuard } from './access.guard';
import { adapterFor, type SendValue } from './adapter';
import { acceptBodies, type Bodies } from './bodies';
import { makeAnswerProblem, type AnswerProblem } from './answer-problem';
import { closeListener, trackConnections } from './close-listener';
import { compressAnswers } from './compress-answers';
import { measureRequests } from './http-metrics';
import { DEFAULT_LIMITS, type HttpLimits } from './limits';
import { listen } from './listen';
import { PROBES_OPTIONS, ProbesController } from './probes';
import type { Problem } from './problem';
import { ProblemFilter } from './problem-filter';
import { problemJson, type ProblemForm } from './problem-form';
import { addRequestHooks } from './request-hooks';
import { makeLogRateLimiter } from '@mps-ledger/async';
import { answerSocketErrors } from './socket-errors';

export interface HttpApplicationOptions {
  /** The listener's name in logs, metrics and messages: `api`, `callback`, `health`. */
  readonly name: string;
  /** Controllers and what they need. Default: none, for a listener that has only the probes. */
  readonly module?: Type | DynamicModule;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Serve `/livez`, `/readyz` and `/metrics` here. Default false. */
  readonly probes?: boolean;
  /** Who may send requests. Default: every client that reaches the listener. */
  readonly access?: Access;
  /** Whether a path (without query) that a route's pattern matches exists; if not, every method is 404. Default: yes. */
  readonly knows?: (path: string) => boolean;
  /** The path of the listener's contract, to which a 404 of an unknown path points. Default: none is served. */
  readonly contract?: string;
  /** The problem for an error that the module's handlers may throw; null for others. Default: none is known. */
  readonly problemFor?: (error: unknown) => Problem | null;
  /** How problems are written, also those of which no request comes. Default: RFC 9457 problem details. */
  readonly problemForm?: ProblemForm;
  /** What is sent for the values of handlers. Default: the values. */
  readonly send?: SendValue;
  /** Compress answers for clients that accept gzip. Default false. */
  readonly compress?: boolean;
  /** How bodies are handed over. Default `json`. */
  readonly bodies?: Bodies;
  /** Default `DEFAULT_LIMITS`, each. */
  readonly limits?: Partial<HttpLimits>;
  /** The settings that choose host and port, for messages. Default `<NAME>_HOST` and `<NAME>_PORT`. */
  readonly hostSetting?: string;
  readonly portSetting?: string;
  /** Creates the Nest application. Default: `NestFactory.create`; specs replace providers of the module first. */
  readonly create?: CreateNest;
  /** Begin to listen. False for specs that only `inject`. Default true. */
  readonly listen?: boolean;
}

export type CreateNest = (
  root: DynamicModule,
  adapter: FastifyAdapter,
  settings: NestApplicationOptions,
) => Promise<NestFastifyApplication>;

/** A running listener. */
export interface HttpApplication {
  /** `http://127.0.0.1:8080`, without a slash at the end; for a listener on all addresses, a loopback one. */
  readonly url: string;
  readonly port: number;
  readonly nest: NestFastifyApplication;
  /** Aborted when the listener begins to close: end streams and waits then. Handlers have it as `closingSignal(request)`. */
  readonly closing: AbortSignal;
  /** Answers a request without a socket. */
  readonly inject: FastifyInstance['inject'];
  /**
   * Closes the Nest application: `onModuleDestroy` of its module; the listener stops accepting and finishes the requests in flight
   * within `limits.closeMs`; then `onApplicationShutdown`.
   */
  close(): Promise<void>;
}

/** Stops accepting, and finishes the requests in flight. */
type CloseListener = () => Promise<void>;
const CLOSE_LISTENER = Symbol('CLOSE_LISTENER');

/** The root: the listener, and its own routes beside those of its module. */
@Module({})
class ListenerModule implements BeforeApplicationShutdown {
  constructor(@Inject(CLOSE_LISTENER) private readonly closeListener: CloseListener) {}

  beforeApplicationShutdown(): Promise<void> {
    return this.closeListener();
  }
}

function rootModule(options: HttpApplicationOptions, closeListener: CloseListener): DynamicModule {
  const { module, probes, host, access, health, metrics, logger } = options;
  return {
    module: ListenerModule,
    imports: module === undefined ? [] : [module],
    controllers: probes === true ? [ProbesController] : [],
    providers: [
      { provide: CLOSE_LISTENER, useValue: closeListener },
      { provide: PROBES_OPTIONS, useValue: { host, access, health, metrics, logger } },
    ],
  };
}

/**
 * Nest on Fastify with bounds on everything, request ids, and every failure answered as a problem. Throws a
 * ConfigurationError for a listener that would be open to others without a key, a StartFailure where it cannot listen.
 */
export async function httpApplication(options: HttpApplicationOptions): Promise<HttpApplication> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  if (options.access !== undefined) refuseOpenListener(options.name, options.host, options.access);
  const closing = new AbortController();
  const { logger, contract, problemFor, problemForm = problemJson } = options;
  const answerProblem = makeAnswerProblem({ logger, contract, problemFor, form: problemForm });
  const adapter = adapterFor(limits, answerProblem, options.send);
  const access = options.access === undefined ? undefined : makeAccessCheck(options.access);
  const connections = equip(adapter.getInstance(), {
    ...{ ...options, limits, problemForm, closing: closing.signal, check: access },
  });
  const root = rootModule(options, async () => {
    closing.abort();
    const cut = await closeListener(adapter.getInstance<FastifyInstance>().server, connections, limits.closeMs);
    if (cut > 0)
      options.logger.warn(
        { listener: options.name, connections: cut },
        'connections were cut: the time to finish was over',
      );
  });
  const nest = await makeNest(root, adapter, options, answerProblem, access);
  const instance: FastifyInstance = nest.getHttpAdapter().getInstance();

  let address = { address: options.host, port: options.port };
  try {
    if (options.listen !== false) address = await listen(instance, bindingOf(options));
  } catch (error) {
    await nest.close();
    throw error;
  }
  return {
    url: urlOf(address.address, address.port),
    port: address.port,
    nest,
    closing: closing.signal,
    inject: instance.inject.bind(instance),
    close: () => nest.close(),
  };
}

/** Accepting a connection may fail, for lack of memory say. Without a listener that event would end the process. */
function surviveAcceptErrors(server: Server, listener: string, logger: Logger): void {
  const logLimiter = makeLogRateLimiter(1000);
  server.on('error', (error: NodeJS.ErrnoException) => {
    const similar = server.listening ? logLimiter.pass(error.code ?? '') : null;
    if (similar !== null) logger.error({ listener, similar, err: error }, 'connections cannot be accepted');
  });
}

interface Equipment extends HttpApplicationOptions {
  readonly limits: HttpLimits;
  readonly problemForm: ProblemForm;
  readonly closing: AbortSignal;
  readonly check: AccessCheck | undefined;
}

/** Adds the parts that are not Nest's. The order of hooks matters: ids first, access before unknown routes. */
function equip(instance: FastifyInstance, options: Equipment): ReturnType<typeof trackConnections> {
  const { name, metrics, health, limits, closing, check, bodies = 'json' } = options;
  instance.server.maxConnections = limits.connections;
  instance.decorate('closing', closing);
  const refused = measureRequests(instance, metrics, name);
  answerSocketErrors(instance.server, refused, options.problemForm);
  surviveAcceptErrors(instance.server, name, options.logger);
  addRequestHooks(instance, {
    leaving: () => closing.aborted || health.shuttingDown,
    knows: options.knows ?? (() => true),
    access: check,
  });
  if (options.compress === true) compressAnswers(instance);
  acceptBodies(instance, bodies);
  return trackConnections(instance.server);
}

const createNest: CreateNest = (root, adapter, settings) =>
  NestFactory.create<NestFastifyApplication>(root, adapter, settings);

async function makeNest(
  root: DynamicModule,
  adapter: FastifyAdapter,
  { create = createNest, logger }: HttpApplicationOptions,
  answerProblem: AnswerProblem,
  access: AccessCheck | undefined,
): Promise<NestFastifyApplication> {
  const nest = await create(root, adapter, { logger: nestLogger(logger), bodyParser: false, abortOnError: false });
  nest.useGlobalFilters(new ProblemFilter(answerProblem));
  if (access !== undefined) nest.useGlobalGuards(new AccessGuard(access));
  await nest.init();
  await adapter.getInstance().ready();
  return nest;
}

function bindingOf({ name, host, port, hostSetting, portSetting }: HttpApplicationOptions) {
  const prefix = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
  return {
    name,
    host,
    port,
    hostSetting: hostSetting ?? `${prefix}_HOST`,
    portSetting: portSetting ?? `${prefix}_PORT`,
  };
}

function urlOf(address: string, port: number): string {
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
