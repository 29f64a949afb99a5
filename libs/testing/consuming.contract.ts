import type { Pool } from 'pg';
import type { EventLog } from '@mps-ledger/event-log';
import { checkpointContract } from './consuming-contract/checkpoint.contract';
import { comparisons } from './consuming-contract/context';
import type { ConsumingContext } from './consuming-contract/context';
import { startCounting } from './consuming-contract/counting-consumer';
import { makeCounts } from './consuming-contract/counts';
import type { CountingProjection } from './consuming-contract/counts';
import { failuresContract } from './consuming-contract/failures.contract';
import { handoverContract } from './consuming-contract/handover.contract';
import { testDatabase } from './databases';
import type { TestDatabase } from './databases';
import { CONTRACT_LAYOUT, TOPIC } from './event-log-contract/contract-log';
import type { LogUnderTest } from './event-log-contract/contract-log';

/** Generous: only failures take that long. */
const TIMEOUT_MS = 60_000;

/**
 * What the consume loop promises of any projection, over a log of any driver, shown with one that counts records by key. To
 * be called in a spec file for each driver.
 */
export function consumingContract(driver: string, make: () => Promise<LogUnderTest>): void {
  jest.setTimeout(TIMEOUT_MS);
  describe(driver, () => {
    const opened: { close(): Promise<void> }[] = [];
    let database: TestDatabase;
    let pool: Pool;
    let place: LogUnderTest;
    let log: EventLog;
    let counts: CountingProjection;
    let made = 0;
    beforeAll(async () => {
      [database, place] = await Promise.all([testDatabase(), make()]);
      pool = database.pool({ max: 10 });
      await place.setup();
      log = place.open();
    });
    beforeEach(async () => {
      counts = await makeCounts(pool, `counts_${(made += 1)}`, TOPIC, CONTRACT_LAYOUT.partitions);
    });
    afterEach(async () => {
      for (const one of opened.splice(0).reverse()) await one.close();
    });
    afterAll(async () => {
      await log.close();
      await place.close();
      await database.close();
    });
    const context: ConsumingContext = {
      ...comparisons(
        () => log,
        () => counts,
      ),
      async start(options = {}, isApart = false) {
        const own = isApart ? place.open() : log;
        if (isApart) opened.push(own);
        const group = `counts.group-${made}`;
        const consumer = await startCounting({ log: own, pool, counts, topic: TOPIC, group, ...options });
        opened.push(consumer);
        return consumer;
      },
      group: () => `counts.another-${(made += 1)}`,
    };
    checkpointContract(context);
    failuresContract(context);
    handoverContract(context);
  });
}
