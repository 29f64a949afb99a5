import type { EventLog, LogIdentity, LogLayout } from '@mps-ledger/event-log';

/** One log under test, of any driver, plain or wrapped. */
export interface LogUnderTest {
  /** Sets up the log with CONTRACT_LAYOUT. */
  setup(): Promise<LogIdentity>;
  /** Opens the log, as a separate process would. The suite closes it. */
  open(): EventLog;
  /** Removes the log; rejects if anything is still connected. */
  close(): Promise<void>;
}

/** The guarantees of a driver beyond those of the port. */
export interface DriverPromises {
  /** Without faults, an acknowledged record is in the log once, and is delivered once. */
  readonly exact: boolean;
  /** Offsets are contiguous. */
  readonly gapless: boolean;
  /** Two connected followers of a group never own the same partition for long. */
  readonly oneOwner: boolean;
}

export interface LogContract {
  /** Creates a log on which setup has not run. */
  readonly make: () => Promise<LogUnderTest>;
  readonly promises: DriverPromises;
}

/** The layout of every log under test. */
export const CONTRACT_LAYOUT: LogLayout = { topics: ['contract.first', 'contract.second'], partitions: 4 };
export const TOPIC = 'contract.first';

/** The context of each part of the suite: a log after setup, and the guarantees of its driver. */
export interface ContractContext {
  readonly promises: DriverPromises;
  /** The log, opened once for all tests of the suite. */
  readonly log: () => EventLog;
  /** Opens the log again, as another process would; it is closed after the test. */
  readonly another: () => EventLog;
  /** A new group. */
  readonly group: () => string;
}
