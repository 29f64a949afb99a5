import type { Logger } from '../port/logger';
import type { DerivedTopic, LogRecord } from '../port/port';
import type { PartitionInspection } from './inspection';
import type { LogProblem } from './log-guard';

/** The settings of topics, compared with those that they must have. */
export interface SettingsFound {
  /** What breaks a guarantee; null where nothing does. */
  readonly unsafe: (LogProblem & { readonly topics: readonly string[] }) | null;
  /** Other differences, in words. */
  readonly warnings: readonly string[];
}

export interface GuardOptions {
  /** The log's topics, without prefix. */
  readonly topics: readonly string[];
  /** Default: which of them is derived is not checked. */
  readonly derived?: DerivedTopic;
  readonly named: (topic: string) => string;
  readonly expires: (topic: string) => boolean;
  /**
   * Inspects every partition of every topic, with `fresh` over new connections. Rejects with a LogError, in bounded time.
   */
  readonly inspect: (fresh: boolean) => Promise<readonly PartitionInspection[]>;
  /** Reads the settings of topics. Rejects with a LogError. */
  readonly settings: () => Promise<SettingsFound>;
  /** Reads one record; undefined where it is not there. */
  readonly readOne: (topic: string, partition: number, offset: number) => Promise<LogRecord | undefined>;
  readonly logger: Logger;
  /** Between two comparisons while there is no problem, in ms. Default 60,000. */
  readonly intervalMs?: number;
}
