import {
  describePlaces,
  LogNotReady,
  LogOfOtherFormat,
  LogUnavailable,
  logInWords,
  type EventLog,
  type LogIdentity,
} from '@mps-ledger/event-log';
import { itemOfError, LOG_FIXES } from '../item-of-error';
import { finding, ok, warning, type CheckItem, type ItemToFix } from '../check';
import type { LedgerView } from '../ledger';

/**
 * Whether the log is whole, is the one that the rows belong to, and is set to lose nothing: what the guard of the log compares in
 * every program. Where the rows cannot be read, it is compared with its own genesis records only.
 */
export async function checkEventLog(ledger: LedgerView): Promise<readonly CheckItem[]> {
  const log = await ledger.log();
  const known = await ledger.known().catch(() => null);
  const found = await log.identity().catch((error: unknown) => error);
  const where = placeOf(ledger);
  // A comparison with the rows would say no more.
  if (found instanceof LogOfOtherFormat || found instanceof LogUnavailable) return [{ ...itemOfError(found), where }];
  const expected = known ?? (isIdentity(found) ? found : null);
  if (expected === null) return [{ ...itemOfError(found), where }];
  const problem = await problemOf(log, expected, known?.ends);
  if (problem !== null) return [{ ...problem, where }];
  if (!isIdentity(found)) return [{ ...itemOfError(found), where }];
  const items = [...log.guard.warnings().map((what) => warning(what, WARNED, where)), ...inPartitions(ledger, found)];
  if (items.length > 0) return items;
  const compared = known === null ? ', not compared with rows, which cannot be read' : '';
  return [ok(`${logInWords(found)}, ${found.partitions} partitions, in ${where}${compared}`)];
}

const WARNED = 'npm run setup names the command that changes it back; no promise is broken meanwhile';

type Ends = Parameters<EventLog['guard']['expect']>[1];

async function problemOf(log: EventLog, expected: LogIdentity, ends: Ends): Promise<ItemToFix | null> {
  log.guard.expect(expected, ends);
  const failure = await log.guard.check().then(
    () => null,
    (error: unknown) => error,
  );
  const problem = log.guard.problem();
  // Where topics are missing, the comparison of settings names them all; the problem names none.
  if (failure instanceof LogNotReady && problem?.code !== 'log-replaced') return itemOfError(failure);
  if (problem === null) return failure === null ? null : itemOfError(failure);
  const { code, reason, fix } = problem;
  return finding(`${code}: ${reason}`, fix ?? LOG_FIXES[code] ?? '');
}

const isIdentity = (found: unknown): found is LogIdentity =>
  typeof found === 'object' && found !== null && 'logId' in found;

function placeOf({ deployment: { config } }: LedgerView): string {
  const { EVENT_LOG = 'postgres', KAFKA_BROKERS, LEDGER_TOPIC_PREFIX = '' } = config;
  const kafka = { KAFKA_BROKERS: KAFKA_BROKERS ?? [], KAFKA_SINGLE_BROKER: false, KAFKA_TLS: false };
  return describePlaces('the database', { EVENT_LOG, LEDGER_TOPIC_PREFIX, ...kafka }).replace(/^the database; /, '');
}

/** Only setup reads the number of partitions: it refuses another one. `npm start` runs setup each time. */
function inPartitions({ deployment }: LedgerView, { partitions }: LogIdentity): readonly CheckItem[] {
  const { LEDGER_PARTITIONS: wanted } = deployment.config;
  const isRead = deployment.programs === 'npm start' || deployment.isGiven('LEDGER_PARTITIONS');
  if (!isRead || wanted === undefined || wanted === partitions) return [];
  return [
    finding(
      `LEDGER_PARTITIONS is ${wanted}, and the log has ${partitions} partitions a topic: setup refuses that`,
      `set LEDGER_PARTITIONS=${partitions}: their number is fixed when a log is created`,
      'LEDGER_PARTITIONS',
    ),
  ];
}
