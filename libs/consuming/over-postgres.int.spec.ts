import { makePostgresLog, setupPostgresLog } from '@mps-ledger/event-log';
import { consumingContract, CONTRACT_LAYOUT, testDatabase } from '@mps-ledger/testing';

consumingContract('the consume loop over the Postgres log', async () => {
  const db = await testDatabase();
  return {
    setup: () => setupPostgresLog({ url: db.url, layout: CONTRACT_LAYOUT }),
    open: () => makePostgresLog({ url: db.url, layout: CONTRACT_LAYOUT }),
    close: () => db.close(),
  };
});
