import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp, testBrokers, type AppProcess } from '@mps-ledger/testing';

type Variables = Readonly<Record<string, string>>;

/** The three programs of one ledger, each a process of its own. */
export interface Programs {
  readonly api: string;
  readonly callbacks: string;
  readonly ingest: Program;
  readonly projector: Program;
  readonly query: Program;
  close(): Promise<void>;
}

export interface Program extends AppProcess {
  /** What its probe says of it, check by check. */
  readiness(): Promise<Readiness>;
  /** Resolves when it is ready. */
  ready(): Promise<void>;
}

export interface Readiness {
  readonly status: string;
  readonly checks: readonly { readonly name: string; readonly reason: string | null }[];
}

/** Settings of a ledger on the brokers of the test run. */
export function onKafka(databaseUrl: string, topicPrefix: string): Variables {
  return {
    DATABASE_URL: databaseUrl,
    EVENT_LOG: 'kafka',
    KAFKA_BROKERS: testBrokers().join(','),
    KAFKA_SINGLE_BROKER: 'true',
    LEDGER_TOPIC_PREFIX: topicPrefix,
  };
}

/** Runs the setup step to its end. */
export async function setUp(settings: Variables): Promise<{ code: number | null; said: string }> {
  const program = startApp('apps/standalone/setup.js', { env: { ...settings } });
  const { code } = await program.ended;
  return { code, said: program.stdout() + program.stderr() };
}

/** Starts the three programs and waits for nothing. */
export async function startPrograms(settings: Variables): Promise<Programs> {
  const [api = 0, callback = 0, ingest = 0, projector = 0] = await freePorts(4);
  const start = (name: string, port: number, ports: Variables): Program => {
    const env = { ...settings, ...ports, LOG_LEVEL: 'warn', SHUTDOWN_DELAY_MS: '0' };
    return probed(startApp(`apps/${name}/main.js`, { env }), name, port);
  };
  const all = {
    ingest: start('ingest', ingest, { CALLBACK_PORT: `${callback}`, HEALTH_PORT: `${ingest}` }),
    projector: start('projector', projector, { HEALTH_PORT: `${projector}` }),
    query: start('query', api, { API_PORT: `${api}` }),
  };
  return {
    ...all,
    api: `http://127.0.0.1:${api}`,
    callbacks: `http://127.0.0.1:${callback}/notify/mps`,
    async close() {
      for (const program of Object.values(all)) program.signal('SIGTERM');
      await Promise.all(Object.values(all).map(({ ended }) => ended));
    },
  };
}

function probed(program: AppProcess, name: string, port: number): Program {
  const readiness = async (): Promise<Readiness> =>
    (await (await fetch(`http://127.0.0.1:${port}/readyz?verbose`)).json()) as Readiness;
  return {
    ...program,
    readiness,
    async ready() {
      const what = () => `${name} to be ready: ${program.stderr().slice(-2_000)}`;
      await eventually(async () => (await readiness()).status === 'ready', { timeoutMs: 60_000, what });
    },
  };
}
