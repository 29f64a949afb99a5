import { makePostgresLog, setupPostgresLog, type EventLog } from '@mps-ledger/event-log';
import { forwardingContract, testDatabase } from '@mps-ledger/testing';
import { SPEC_LAYOUT } from '../../testing/callback-listener';
import { startIngestOfCallbacks } from '../../testing/ingest-of-callbacks';

forwardingContract('the Postgres log', {
  async openLog() {
    const prepare = async (url: string) => {
      await setupPostgresLog({ url, layout: SPEC_LAYOUT });
    };
    const database = await testDatabase({ template: { name: 'ingest_log', prepare } });
    const opened: EventLog[] = [];
    return {
      open() {
        const log = makePostgresLog({ url: database.url, layout: SPEC_LAYOUT, leaseMs: 2000 });
        opened.push(log);
        return log;
      },
      async close() {
        await Promise.all(opened.map((log) => log.close()));
        await database.close();
      },
    };
  },
  start: startIngestOfCallbacks,
});
