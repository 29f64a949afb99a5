import { makePostgresLog, setupPostgresLog } from '@mps-ledger/event-log';
import { CONTRACT_LAYOUT, eventLogContract, hostile, testDatabase, type LogUnderTest } from '@mps-ledger/testing';

const SEED = Number(process.env['LOG_SEED'] ?? Date.now() % 1_000_000);

async function emptyDatabase(): Promise<LogUnderTest> {
  const db = await testDatabase();
  return {
    setup: () => setupPostgresLog({ url: db.url, layout: CONTRACT_LAYOUT }),
    open: () => makePostgresLog({ url: db.url, layout: CONTRACT_LAYOUT }),
    close: () => db.close(),
  };
}

eventLogContract('the Postgres log', {
  make: emptyDatabase,
  promises: { exact: true, gapless: true, oneOwner: true },
});

eventLogContract(`the Postgres log, hostile with LOG_SEED=${SEED}`, {
  make: async () => {
    const place = await emptyDatabase();
    return { ...place, open: () => hostile(place.open(), { seed: SEED }) };
  },
  promises: { exact: false, gapless: false, oneOwner: false },
});
