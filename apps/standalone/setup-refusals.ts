import { LogDiffers, LogOfOtherFormat } from '@mps-ledger/event-log';
import { describeDatabase, StartFailure } from '@mps-ledger/platform';
import { OtherLog, ReadModelOfOtherFormat } from '@mps-ledger/read-model';

/** The place of a ledger, for error messages. */
export interface LedgerPlace {
  readonly url: string;
  /** The folder of the embedded Postgres. Default: the database is not the embedded one. */
  readonly dataDir?: string;
  readonly settings: { readonly EVENT_LOG: 'kafka' | 'postgres' };
}

/** Converts errors that an operator has to decide about to a StartFailure with the options; returns other errors unchanged. */
export function explained(error: unknown, place: LedgerPlace): unknown {
  if (error instanceof LogDiffers) {
    return new StartFailure(
      error.code,
      `The event log differs from the settings, and nothing was changed:\n${error.message}\n` +
        `Settings of the log: EVENT_LOG, LEDGER_TOPIC_PREFIX, LEDGER_PARTITIONS, DATABASE_URL, KAFKA_BROKERS.`,
      { cause: error },
    );
  }
  if (error instanceof LogOfOtherFormat || error instanceof ReadModelOfOtherFormat) {
    return new StartFailure(error.code, otherFormat(error.message, place), { cause: error });
  }
  if (error instanceof OtherLog) {
    return new StartFailure(
      error.code,
      `The read model belongs to another event log: ${error.message}. Its rows were not changed. Use the database of that log, ` +
        `or a database without that read model.`,
      { cause: error },
    );
  }
  return error;
}

/** Formats are not converted: a new ledger has to be created, and only the old build can read the old one. */
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
    `${where} was created by a build of another format and was not changed: ${what}. To start a new ledger, ${wayOut}; ` +
    'notifications that the old one acknowledged are not in the new one, and only the build that created it can read it: export them ' +
    'with that build, if it has "npm run export", and restore them into the new ledger (npm run import -- --restore FILE).'
  );
}
