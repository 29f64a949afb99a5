import { makeHealth, makeMetrics, silentLogger } from '@mps-ledger/platform';
import type { HttpApplication, HttpApplicationOptions, Metrics } from '@mps-ledger/platform';
import type { MpsApiConfig } from '../mps-api.config';
import { startMpsApi } from '../start';

/** For specs: made-up keys that the API accepts. */
export const SECRET_ID = 'AKIDexample0000';
export const SECRET_KEY = 'exampleSecretKey';

/** For specs: the running API. */
export interface ServedMpsApi extends HttpApplication {
  /** `127.0.0.1:40000`: what a client is configured with. */
  readonly endpoint: string;
  readonly metrics: Metrics;
}

/** For specs: the API on a free port of loopback, with a key and without a limit of requests, unless given otherwise. */
export async function serveMpsApi(
  config: Partial<MpsApiConfig> = {},
  create?: HttpApplicationOptions['create'],
): Promise<ServedMpsApi> {
  const metrics = makeMetrics({ processMetrics: false });
  const defaults = { MPS_API_HOST: '127.0.0.1', MPS_API_PORT: 0, MPS_API_RATE: 0 };
  const program = {
    config: { ...defaults, MPS_API_KEYS: [`${SECRET_ID}:${SECRET_KEY}`], ...config },
    ...{ logger: silentLogger(), metrics, health: makeHealth() },
  };
  const http = await startMpsApi(program, create);
  return Object.assign(http, { endpoint: `127.0.0.1:${http.port}`, metrics });
}
