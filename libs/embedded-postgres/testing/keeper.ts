import { EmbeddedPostgresError, startEmbeddedPostgres, type EmbeddedPostgresOptions } from '../index';

/*
 * A program that keeps a Postgres, for specs that kill it: `node keeper.js '<options as JSON>'`. Writes one line of JSON, what
 * it keeps or why it does not; stops on SIGTERM.
 */
export type KeeperSays =
  | { readonly ok: true; readonly url: string; readonly dataDir: string; readonly pid: number }
  | { readonly ok: false; readonly code: string; readonly message: string };

function say(what: KeeperSays): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

async function main(): Promise<void> {
  const postgres = await startEmbeddedPostgres(JSON.parse(process.argv[2] ?? '') as EmbeddedPostgresOptions);
  process.once('SIGTERM', () => void postgres.stop());
  say({ ok: true, url: postgres.url, dataDir: postgres.dataDir, pid: process.pid });
}

main().catch((error: unknown) => {
  const code = error instanceof EmbeddedPostgresError ? error.code : 'unexpected';
  say({ ok: false, code, message: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
});
