import { makeKafkaLog, type EventLog } from '@mps-ledger/event-log';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import { describeKafka, testBrokers, testDatabase, testTopicPrefix, type TestDatabase } from '@mps-ledger/testing';
import { onKafka } from '../kafka/programs';
import { AuditedLedger } from './audited-ledger';
import { describeExportAndFold } from './export-and-fold';

jest.setTimeout(240_000);

describeKafka('on Kafka', () => {
  let database: TestDatabase;
  let ledger: AuditedLedger;
  let log: EventLog;

  beforeAll(async () => {
    database = await testDatabase();
    const topicPrefix = testTopicPrefix();
    ledger = new AuditedLedger(onKafka(database.url, topicPrefix));
    await ledger.start();
    log = makeKafkaLog({ brokers: testBrokers(), topicPrefix, layout: LEDGER_LAYOUT });
  });

  afterAll(async () => {
    await log.close();
    await ledger.close();
    await database.close();
  });

  describeExportAndFold(
    () => ledger,
    () => log,
  );
});
