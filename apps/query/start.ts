import { httpApplication } from '@mps-ledger/platform';
import type { HttpApplication, HttpApplicationOptions } from '@mps-ledger/platform';
import { databaseProblem } from './database-problems';
import { sendAnswer } from './http/send-answer';
import { acceptLoneSurrogates } from './http/task-id';
import { accessOf } from './access';
import { makeApiKeys } from './keys/make-keys';
import { databaseOf } from './pool';
import type { QueryProgram } from './query.config';
import { QueryModule } from './query.module';

/** An id of 10,000 characters of three bytes, percent-encoded, takes 90,000. */
const HEADER_BYTES = 128 * 1024;

/**
 * Starts the query app: the API, the contract, the probes and the metrics on one listener. It needs no database to start:
 * without one it answers 503 with a reason, and recovers automatically when there is one.
 * @param create for specs that replace providers
 */
export async function startQuery(
  program: QueryProgram,
  create?: HttpApplicationOptions['create'],
): Promise<HttpApplication> {
  const { config, logger, metrics, health, beside = [] } = program;
  const keys = makeApiKeys(databaseOf(config), logger);
  const http = await httpApplication({
    name: 'api',
    module: QueryModule.forRootAsync({ imports: [...beside], useFactory: () => ({ ...program, keys }) }),
    host: config.API_HOST,
    port: config.API_PORT,
    ...{ logger, metrics, health, create },
    probes: true,
    access: { ...accessOf(config, keys), perSecond: config.API_RATE_LIMIT ?? 0 },
    contract: '/openapi.json',
    problemFor: databaseProblem,
    send: sendAnswer,
    compress: true,
    limits: { headerBytes: HEADER_BYTES },
  });
  acceptLoneSurrogates(http.nest.getHttpServer());
  return http;
}
