import type { LogIdentity } from '@mps-ledger/event-log';
import {
  rowAtPlace,
  sumPlaces,
  sumStretches,
  TABLES_BY_PLACE,
  type ComparedTable,
  type Positions,
} from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { common } from './compared-log';
import { shownValue, type DifferingPlace, type ValueDifference } from './differences';
import { differingOf, type FindOptions } from './find-differing';

/** Rows that are found at most. */
const MOST_PLACES = 100;

/** Compares rows that are of no task, up to the common position: by sums of stretches of the log, then place by place. */
export async function comparePlaces(
  options: FindOptions & { readonly identity: LogIdentity },
): Promise<readonly DifferingPlace[]> {
  const { pair, positions, signal } = options;
  const found: DifferingPlace[] = [];
  for (const table of TABLES_BY_PLACE) {
    const topic = table.topic === TOPICS.rejected ? 'rejected' : 'events';
    const upTo = common(positions.from[topic], positions.to[topic]);
    const sums = await Promise.all([sumStretches(pair.from, table, upTo), sumStretches(pair.to, table, upTo)]);
    for (const stretch of differingOf(...sums)) {
      signal.throwIfAborted();
      if (found.length >= MOST_PLACES) return found;
      found.push(...(await placesIn(options, table, upTo, stretch)));
    }
  }
  return found;
}

async function placesIn(
  { pair }: FindOptions,
  table: ComparedTable,
  upTo: Positions,
  stretch: string,
): Promise<readonly DifferingPlace[]> {
  const sums = await Promise.all([
    sumPlaces(pair.from, table, upTo, stretch),
    sumPlaces(pair.to, table, upTo, stretch),
  ]);
  const places: DifferingPlace[] = [];
  for (const name of differingOf(...sums).slice(0, MOST_PLACES)) {
    const [partition = 0, offset = 0] = name.split('/').map(Number);
    const [from, to] = [
      await rowAtPlace(pair.from, table, { partition, offset }),
      await rowAtPlace(pair.to, table, { partition, offset }),
    ];
    const columns = Object.keys(table.table.columns).filter((column) => !Object.is(from?.[column], to?.[column]));
    const values = columns.map((column): ValueDifference => {
      return { value: column, from: shownValue(from?.[column]), to: shownValue(to?.[column]), events: [] };
    });
    places.push({ table: table.name, topic: table.topic, partition, offset, values });
  }
  return places;
}
