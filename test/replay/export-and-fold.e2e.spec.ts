import { makePostgresLog, type EventLog } from '@mps-ledger/event-log';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { AuditedLedger } from './audited-ledger';
import { describeExportAndFold } from './export-and-fold';

jest.setTimeout(240_000);

let database: TestDatabase;
let ledger: AuditedLedger;
let log: EventLog;

beforeAll(async () => {
  database = await testDatabase();
  ledger = new AuditedLedger({ DATABASE_URL: database.url, EVENT_LOG: 'postgres' });
  await ledger.start();
  log = makePostgresLog({ url: database.url });
});

afterAll(async () => {
  await log.close();
  await ledger.close();
  await database.close();
});

describe('on the Postgres log', () => {
  describeExportAndFold(
    () => ledger,
    () => log,
  );
});
