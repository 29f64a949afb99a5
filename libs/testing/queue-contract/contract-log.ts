import { makePostgresLog, setupPostgresLog, type EventLog, type LogLayout } from '@mps-ledger/event-log';
import { testDatabase } from '../databases';
import { startTcpProxy } from '../tcp-proxy';

/** An empty log that can be taken away. */
export interface ContractLog {
  readonly log: EventLog;
  /** Takes the log away, and brings it back. */
  cut(isCut: boolean): void;
  close(): Promise<void>;
}

/** Opens an empty log in a database of its own, set up, behind a proxy. The log does not say for long that it is away. */
export async function openContractLog(layout: LogLayout): Promise<ContractLog> {
  const prepare = async (url: string) => {
    await setupPostgresLog({ url, layout });
  };
  const database = await testDatabase({ template: { name: 'ingest_log', prepare } });
  const proxy = await startTcpProxy(database.url);
  const log = makePostgresLog({ url: proxy.through(database.url), statementTimeoutMs: 2000, connectTimeoutMs: 1000 });
  return {
    log,
    cut: (isCut) => proxy.set(isCut ? 'refuse' : 'open'),
    async close() {
      await log.close();
      await proxy.close();
      await database.close();
    },
  };
}
