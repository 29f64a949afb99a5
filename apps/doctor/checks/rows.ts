import { describeUnderived, readParked, readUnderivedAlarms, type ParkedSummary } from '@mps-ledger/read-model';
import { finding, ok, type CheckItem } from '../check';
import type { LedgerView } from '../ledger';

/** Whether derivation has passed over raw records, by what the projector found. */
export async function checkUnderived(ledger: LedgerView): Promise<readonly CheckItem[]> {
  const alarms = await readUnderivedAlarms(await ledger.model());
  const words = describeUnderived(alarms);
  if (words === null) return [ok('the projector found no notification that derivation passed over')];
  const isPassedOver = alarms.some((alarm) => alarm.isPassedOver);
  const fix = isPassedOver
    ? 'npm run derive -- --again (with --dry-run it lists them): docs/accidents.md, “Consumer offsets moved”'
    : 'see whether ingest runs and is ready: its /readyz names what keeps it from deriving';
  const where = alarms.map(({ partition }) => `partition ${partition}`).join(', ');
  return [finding(words.replace(/: (run "|see whether)[^(]*/, ' '), fix, `raw log, ${where}`)];
}

/** Whether records could not be applied. */
export async function checkParked(ledger: LedgerView): Promise<readonly CheckItem[]> {
  const { count, newest } = await readParked(await ledger.model(), SHOWN);
  if (count === 0) return [ok('no record is parked')];
  const shown = newest.map(inWords).join('; ');
  const { schema } = await ledger.model();
  return [
    finding(
      `${count} ${count === 1 ? 'record' : 'records'} could not be applied and are parked, the newest: ${shown}`,
      `read reason, headers and value in ${schema}.parked; where another program writes to the topic, stop it; where the reason ` +
        'is a defect of this build, report it: a later build applies them when its rows are made again',
      `${schema}.parked`,
    ),
  ];
}

const SHOWN = 3;
const MOST_CHARACTERS = 200;

function inWords({ topic, partition, offset, reason }: ParkedSummary['newest'][number]): string {
  return `partition ${partition} of ${topic} at ${offset} (${reason.slice(0, MOST_CHARACTERS)})`;
}
