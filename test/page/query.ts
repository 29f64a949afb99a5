import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp, type AppProcess } from '@mps-ledger/testing';
import type { PageLedger } from './ledger';

const running: AppProcess[] = [];

/** Starts the query app alone, on the rows of a ledger. */
export async function startQuery(
  { database }: Pick<PageLedger, 'database'>,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly api: string; readonly app: AppProcess }> {
  const [port = 0] = await freePorts(1);
  const settings = { DATABASE_URL: database.url, EVENT_LOG: 'postgres', API_PORT: `${port}`, ...env };
  const app = startApp('apps/query/main.js', { env: settings });
  running.push(app);
  const api = `http://127.0.0.1:${port}`;
  await eventually(async () => (await fetch(`${api}/livez`)).ok, { timeoutMs: 60_000, what: 'the query app' });
  return { api, app };
}

/** Ends those that were started. */
export async function endQueries(): Promise<void> {
  for (const app of running.splice(0)) {
    app.signal('SIGKILL');
    await app.ended;
  }
}

/** Makes a key of the database, as `npm run keys -- create` does. */
export async function makeKey({ database }: Pick<PageLedger, 'database'>, ...args: readonly string[]): Promise<string> {
  const made = startApp('apps/keys/main.js', { args: ['create', ...args], env: { DATABASE_URL: database.url } });
  const { code } = await made.ended;
  if (code !== 0) throw new Error(`no key was made: ${made.stdout()}`);
  return made.stdout().trim();
}
