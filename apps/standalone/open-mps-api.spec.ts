import { createServer } from 'node:net';
import { makeHealth, makeMetrics, readConfiguration, silentLogger } from '@mps-ledger/platform';
import { openMpsApi } from './open-mps-api';
import { standaloneSettings } from './standalone.config';

/** The default port, taken by this process or by another one. */
const server = createServer();
beforeAll(
  () =>
    new Promise<void>((resolve) => {
      server.once('error', () => resolve());
      server.listen(8084, '127.0.0.1', resolve);
    }),
);
afterAll(() => void server.close());

const open = (env: Record<string, string>) =>
  openMpsApi({
    config: readConfiguration(standaloneSettings, env, { app: 'standalone' }),
    ...{ logger: silentLogger(), metrics: makeMetrics({ processMetrics: false }), health: makeHealth() },
  });

describe('the vendor’s API of the standalone app, where its default port is taken,', () => {
  it('is on another port, if the ledger’s API is not on its default either', async () => {
    const api = await open({ API_PORT: '0' });
    expect(api.port).not.toBe(8084);
    expect((await fetch(api.url)).status).toBe(200);
    await api.close();
  });

  it.each<Record<string, string>>([{}, { API_PORT: '0', MPS_API_PORT: '8084' }])(
    'does not start with %j',
    async (env) => {
      await expect(open(env)).rejects.toMatchObject({ code: 'port-taken', exitCode: 1 });
    },
  );
});
