import { LogDiffers, LogOfOtherFormat } from '@mps-ledger/event-log';
import { describeDatabase, StartFailure } from '@mps-ledger/platform';
import { OtherLog, ReadModelOfOtherFormat } from '@mps-ledger/read-model';

/** Where a ledger is, as far as its operator must be told. */
export interface LedgerPlace {
  readonly url: string;
  /** The folder of the embedded Postgres. Default: the database is another one. */
  readonly dataDir?: string;
  readonly settings: { readonly EVENT_LOG: 'kafka' | 'postgres' };
}

/** What somebody has to decide about, with the ways out, as a StartFailure; other errors as they are. */
export function explained(error: unknown, place: LedgerPlace): unknown {
  if (error instanceof LogDiffers) {
    return new StartFailure(
      error.code,
      `The event log is not as asked for, and nothing was changed:\n${error.message}\n` +
        `Settings that say which log: EVENT_LOG, LEDGER_TOPIC_PREFIX, LEDGER_PARTITIONS, DATABASE_URL, KAFKA_BROKERS.`,
      { cause: error },
    );
  }
  if (error instanceof LogOfOtherFormat || error instanceof ReadModelOfOtherFormat) {
    return new StartFailure(error.code, otherFormat(error.message, place), { cause: error });
  }
  if (error instanceof OtherLog) {
    return new StartFailure(
      error.code,
      `The read model belongs to another event log: ${error.message}. Its rows were left as they are. Use the database of that log, ` +
        `or a database without that read model.`,
      { cause: error },
    );
  }
  return error;
}

/** Nothing leads from one format to another: a new ledger is begun beside what is there, which only its own build reads. */
function otherFormat(what: string, { url, dataDir, settings }: LedgerPlace): string {
  const [where, wayOut] =
    dataDir === undefined
      ? [
          `The ledger in ${describeDatabase(url)}`,
          settings.EVENT_LOG === 'kafka'
            ? 'set LEDGER_TOPIC_PREFIX to a new prefix and DATABASE_URL to a new database, and run setup'
            : 'set DATABASE_URL to a new database, and run setup',
        ]
      : [`The data folder ${dataDir}`, 'set DATA_DIR to a new folder, or move this one away'];
  return (
    `${where} was made by a build of another format and was left as it is: ${what}. To begin a new ledger, ${wayOut}; ` +
    'what the old one has acknowledged is not in the new one, and only the build that made it can read it.'
  );
}
