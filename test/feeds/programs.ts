import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp, type AppProcess } from '@mps-ledger/testing';

/** The programs of a ledger over the Postgres log, each a process that can be ended and started again on its ports. */
export interface FeedLedger {
  readonly api: string;
  readonly callbacks: string;
  start(...apps: readonly App[]): Promise<void>;
  end(app: App, signal: NodeJS.Signals): Promise<void>;
  close(): Promise<void>;
}

export const APPS = ['ingest', 'projector', 'query'] as const;
export type App = (typeof APPS)[number];

export async function feedLedger(databaseUrl: string): Promise<FeedLedger> {
  const settings = { DATABASE_URL: databaseUrl, EVENT_LOG: 'postgres', LOG_LEVEL: 'warn', SHUTDOWN_DELAY_MS: '0' };
  const setup = startApp('apps/standalone/setup.js', { env: settings });
  if ((await setup.ended).code !== 0) throw new Error(`setup failed: ${setup.stderr()}`);
  const [api = 0, callback = 0, ingest = 0, projector = 0] = await freePorts(4);
  const ports: Readonly<Record<App, Readonly<Record<string, string>>>> = {
    ingest: { CALLBACK_PORT: `${callback}`, HEALTH_PORT: `${ingest}` },
    projector: { HEALTH_PORT: `${projector}` },
    query: { API_PORT: `${api}` },
  };
  const probes: Readonly<Record<App, number>> = { ingest, projector, query: api };
  const running = new Map<App, AppProcess>();
  const ready = (app: App, program: AppProcess) =>
    eventually(async () => (await fetch(`http://127.0.0.1:${probes[app]}/readyz`)).ok, {
      timeoutMs: 120_000,
      what: () => `${app} to be ready: ${program.stderr().slice(-2_000)}`,
    });
  const end = async (app: App, signal: NodeJS.Signals): Promise<void> => {
    const program = running.get(app);
    running.delete(app);
    program?.signal(signal);
    await program?.ended;
  };
  return {
    api: `http://127.0.0.1:${api}`,
    callbacks: `http://127.0.0.1:${callback}/notify/mps`,
    async start(...apps) {
      const started = apps.map((app) => {
        const program = startApp(`apps/${app}/main.js`, { env: { ...settings, ...ports[app] } });
        running.set(app, program);
        return ready(app, program);
      });
      await Promise.all(started);
    },
    end,
    close: async () => void (await Promise.all([...running.keys()].map((app) => end(app, 'SIGTERM')))),
  };
}
