import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIRST_GENERATIONS } from '@mps-ledger/event-log';
import { deriveGroup, TOPICS } from '@mps-ledger/records';
import { checkSame, held } from '../checks';
import { SIDE_ROUNDS, type Bench, type ContestantName, type Measurement, type Stage } from '../contract';
import { measureProgress } from '../meter';
import { makeNotifications, SEED_000 } from '../notifications';
import { makeLedger } from '../ours';
import { startAnchor } from '../programs';
import { makeRawRecords, type RawRecords } from '../raw-records';
import { simulatedChanges } from '../simulated';
import { fill, makeTopics, type Topics } from '../topics';

/** Raw records → events on the log: what had piled up, by one process. */
export const derive: Bench = {
  name: 'derive',
  about: 'raw records on Kafka to events on Kafka, by one process',
  notification: `${SEED_000}; a Change stream of the simulator`,
  contestants: ['ours', 'copy'],
  prepare: async (stage) => {
    const { seed000, stream } = await makeWorks(stage);
    return {
      async run(contestant, round) {
        const measurements = [await run(stage, seed000, contestant)];
        if (round <= SIDE_ROUNDS) measurements.push(await run(stage, stream, contestant));
        return measurements;
      },
      close: () => Promise.resolve(),
    };
  },
};

const OUR_GROUP = deriveGroup(FIRST_GENERATIONS);

/** What is derived, and where the anchor finds what it writes. */
interface Work {
  readonly name: string;
  readonly records: RawRecords;
  readonly file: string;
}

/** A turn derives this part of a run's events: it fills and reads topics before and after. */
const PART = 3;

async function makeWorks(stage: Stage): Promise<Readonly<Record<'seed000' | 'stream', Work>>> {
  const notification = makeNotifications('derive');
  const seed000 = Array.from({ length: 100 }, (_, number) => notification(number).body);
  const stream = await simulatedChanges();
  return {
    seed000: makeWork(stage, 'seed 000', seed000),
    stream: makeWork(stage, `Change stream, ${eventsEach(stream)} events per notification`, stream),
  };
}

function eventsEach(bodies: readonly Buffer[]): string {
  const { events, count } = makeRawRecords(bodies, 1);
  return (events / count).toFixed(1);
}

function makeWork(stage: Stage, name: string, bodies: readonly Buffer[]): Work {
  const records = makeRawRecords(bodies, Math.ceil(stage.options.events / PART));
  const file = join(stage.folder, `derived-${bodies.length}.json`);
  const prepared = records.derived.map((each) =>
    each.map(({ key, value, headers }) => ({ key: key?.toString(), value: value?.toString(), headers })),
  );
  writeFileSync(file, JSON.stringify(prepared));
  return { name, records, file };
}

async function run(stage: Stage, work: Work, contestant: ContestantName): Promise<Measurement> {
  const topics = await makeTopics(stage);
  try {
    await fill(topics, TOPICS.raw, work.records.count, work.records.recordOf);
    const worker = await (contestant === 'ours' ? startOurs(stage, topics) : startCopy(stage, topics, work));
    try {
      const done = () => derived(topics, worker.group, work.records);
      const progress = await measureProgress({ stage, program: worker.pids, total: work.records.events, done });
      await worker.stop();
      if (!progress.extrapolated) await check(stage, topics, work.records, contestant);
      const { rate: value, cpuUs, peakRssMb, extrapolated } = progress;
      return { case: work.name, unit: 'events/s', better: 'more', value, cpuUs, peakRssMb, extrapolated };
    } finally {
      await worker.drop();
    }
  } finally {
    await topics.drop();
  }
}

interface Worker {
  readonly pids: readonly number[];
  /** The group whose committed offsets on the raw topic show the progress. */
  readonly group: string;
  stop(): Promise<unknown>;
  drop(): Promise<unknown>;
}

async function startOurs(stage: Stage, topics: Topics): Promise<Worker> {
  const ledger = await makeLedger(stage, topics.prefix);
  ledger.begin('ingest');
  return { group: OUR_GROUP, pids: ledger.pids(), stop: () => ledger.stop(), drop: () => ledger.drop() };
}

async function startCopy(stage: Stage, topics: Topics, { file }: Work): Promise<Worker> {
  const { brokers } = stage;
  const between = { from: topics.raw, to: topics.events };
  const group = 'bench.copy';
  const anchor = await startAnchor('copy', { brokers, topics: between, group: topics.prefix + group, file });
  return { group, pids: [anchor.pid], stop: () => anchor.stop(), drop: () => anchor.end() };
}

/**
 * Events on the log; all of them only once the group has committed every raw record, as some may be there twice before all
 * are there once.
 */
async function derived(topics: Topics, group: string, all: RawRecords): Promise<number> {
  const events = await topics.count(TOPICS.events);
  if (events < all.events) return events;
  const positions = await topics.log.progress(group, TOPICS.raw);
  const committed = positions.reduce<number>((sum, position) => sum + Math.max(0, (position ?? 0) - 1), 0);
  return committed >= all.count ? all.events : all.events - 1;
}

/** Checks that every event to derive is on the log, with all bytes of its data. Reports duplicates. */
async function check(stage: Stage, topics: Topics, wanted: RawRecords, contestant: ContestantName): Promise<void> {
  const { records, dataBytes, distinct } = await held(topics, TOPICS.events);
  checkSame('different events on the log', contestant === 'ours' ? distinct : records, wanted.events);
  if (records === wanted.events) checkSame('bytes of their data', dataBytes, wanted.dataBytes);
  else
    stage.tell(`  ${contestant}: ${records - wanted.events} of ${wanted.events} events are on the log a second time`);
}
