import type { EventLog } from '@mps-ledger/event-log';

import { appendContract } from './event-log-contract/append.contract';
import { followContract } from './event-log-contract/follow.contract';
import type { ContractContext, LogContract, LogUnderTest } from './event-log-contract/contract-log';
import { ownershipContract } from './event-log-contract/ownership.contract';
import { readContract } from './event-log-contract/read.contract';
import { setupContract } from './event-log-contract/setup.contract';

/** Time limit of a test; only failures reach it. */
const TIMEOUT_MS = 60_000;

/**
 * The contract of every driver of the event log, plain or wrapped by `hostile`. Call it in a spec file of the driver.
 */
export function eventLogContract(driver: string, contract: LogContract): void {
  jest.setTimeout(TIMEOUT_MS);
  describe(driver, () => {
    const opened = new Set<EventLog>();
    let place: LogUnderTest;
    let log: EventLog;
    let groups = 0;
    beforeAll(async () => {
      place = await contract.make();
      await place.setup();
      log = place.open();
    });
    afterEach(async () => {
      await Promise.all([...opened].map((one) => one.close()));
      opened.clear();
    });
    afterAll(async () => {
      await log.close();
      await place.close();
    });
    const context: ContractContext = {
      promises: contract.promises,
      log: () => log,
      another: () => {
        const one = place.open();
        opened.add(one);
        return one;
      },
      group: () => `contract.group-${(groups += 1)}`,
    };
    setupContract(contract);
    appendContract(context);
    readContract(context);
    followContract(context);
    ownershipContract(context);
  });
}
