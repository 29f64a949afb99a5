import { httpApplication } from '@mps-ledger/platform';
import type { HttpApplication, HttpApplicationOptions } from '@mps-ledger/platform';
import { makeErrorForm } from './error-form';
import { makeCountAnswer } from './mps-api-metrics';
import { MpsApiModule } from './mps-api.module';
import type { MpsApiProgram } from './mps-api.module';

/** A content in the query of a GET is percent-encoded: three bytes for most of its own. The vendor accepts 32 KB. */
const LIMITS = { headerBytes: 128 * 1024, requestMs: 30_000, connections: 1024 };

/**
 * Opens the listener. Rejects where it cannot listen.
 * @param create for specs that replace providers
 */
export function startMpsApi(
  program: MpsApiProgram,
  create?: HttpApplicationOptions['create'],
): Promise<HttpApplication> {
  const { config, logger, metrics, health } = program;
  return httpApplication({
    name: 'mps-api',
    module: MpsApiModule.forRoot(program),
    host: config.MPS_API_HOST,
    port: config.MPS_API_PORT,
    ...{ logger, metrics, health, create, limits: LIMITS },
    bodies: 'unread',
    problemForm: makeErrorForm(makeCountAnswer(metrics)),
  });
}
