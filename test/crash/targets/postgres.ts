import { mkdirSync } from 'node:fs';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { freePorts } from '@mps-ledger/testing';
import { serverOn } from '../../standalone/process';

/** A Postgres that the runner keeps, and stops and starts when it likes. */
export interface OwnPostgres {
  readonly stopPostgres: () => Promise<void>;
  /** On the same port, with the same data. */
  readonly startPostgres: () => Promise<void>;
  readonly postgresPid: () => number;
}

/** Started already. */
export async function makePostgres(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<OwnPostgres & { readonly url: string }> {
  mkdirSync(dataDir, { recursive: true });
  const [port = 0] = await freePorts(1);
  const start = () => startEmbeddedPostgres({ dataDir, port, settings });
  let server: EmbeddedPostgres | null = await start();
  return {
    url: server.url,
    postgresPid: () => serverOn(dataDir).pid,
    async startPostgres() {
      server ??= await start();
    },
    async stopPostgres() {
      await server?.stop();
      server = null;
    },
  };
}
