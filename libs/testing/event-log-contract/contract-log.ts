import type { EventLog, LogIdentity, LogLayout } from '@mps-ledger/event-log';

/** A place for one log, of any driver, plain or wrapped. */
export interface LogUnderTest {
  /** Makes the log of CONTRACT_LAYOUT. */
  setup(): Promise<LogIdentity>;
  /** A process's own way to the log, which is made with CONTRACT_LAYOUT. The suite closes it. */
  open(): EventLog;
  /** Removes the log; rejects if anything is still connected. */
  close(): Promise<void>;
}

/** What a driver promises beyond the port. */
export interface DriverPromises {
  /** Without faults, what resolved is in the log once, and what is in the log is delivered once. */
  readonly exact: boolean;
  /** Offsets follow each other without gaps. */
  readonly gapless: boolean;
  /** Two followers of a group that can see each other never own the same partition for long. */
  readonly oneOwner: boolean;
}

export interface LogContract {
  /** Makes an empty place, on which setup has not run. */
  readonly make: () => Promise<LogUnderTest>;
  readonly promises: DriverPromises;
}

/** The layout that every log under test has. */
export const CONTRACT_LAYOUT: LogLayout = { topics: ['contract.first', 'contract.second'], partitions: 4 };
export const TOPIC = 'contract.first';

/** What each part of the suite works with: a log that was set up, and what its driver promises. */
export interface ContractContext {
  readonly promises: DriverPromises;
  /** The log, opened once for all tests. */
  readonly log: () => EventLog;
  /** The log opened anew, as by another process; closed after the test. */
  readonly another: () => EventLog;
  /** A group that nobody used. */
  readonly group: () => string;
}
