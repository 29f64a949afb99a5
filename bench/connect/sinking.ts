import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KafkaProgram } from '@mps-ledger/testing';
import { checkSame } from '../checks';
import { Disqualified, type Measurement, type Stage } from '../contract';
import type { EventsOnLog } from '../events-on-log';
import { measureProgress, type Progress } from '../meter';
import type { Waiting } from '../projecting';
import { eventsUpToLast } from '../rows';
import { onDatabase } from '../stage';
import { startConnect, type Connect } from './connect';

/**
 * One turn of Debezium's JDBC sink with so many tasks: events that wait on the log become flat rows of one table. Its
 * process starts cold: from the first rows to the last.
 */
export async function runSinking(
  stage: Stage,
  { name, topics, filled }: Waiting,
  program: KafkaProgram,
  tasks: number,
): Promise<Measurement> {
  const databaseUrl = await stage.makeDatabase();
  try {
    await onDatabase(databaseUrl, (client) => client.query(TABLE));
    const turn = `${stage.makePrefix()}sink`;
    const sink = { name: turn, folder: join(stage.folder, turn), tasks };
    const connect = await startConnect({ program, brokers: stage.brokers, topic: topics.events, databaseUrl, ...sink });
    try {
      const progress = await watch(stage, connect, databaseUrl, filled.events);
      await connect.stop();
      await check(databaseUrl, filled, progress.extrapolated);
      const { rate: value, cpuUs, peakRssMb, extrapolated } = progress;
      return { case: name, unit: 'events/s', better: 'more', value, cpuUs, peakRssMb, extrapolated };
    } finally {
      await connect.stop();
    }
  } finally {
    await stage.dropDatabase(databaseUrl);
  }
}

const TABLE = readFileSync(join('bench', 'connect', 'event.sql'), 'utf8');

/** Times it. A task that failed disqualifies it, also where the others went on. */
async function watch(stage: Stage, connect: Connect, databaseUrl: string, total: number): Promise<Progress> {
  const timed = onDatabase(databaseUrl, (client) =>
    measureProgress({
      ...{ stage, program: [connect.pid], total },
      done: async () => Number((await client.query<{ n: string }>(WRITTEN)).rows[0]?.n ?? 0),
    }),
  );
  const failure = await timed.then(
    () => null,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  const complaint = await connect.complaint();
  if (complaint !== null) throw new Disqualified(complaint);
  if (failure !== null) throw failure;
  return timed;
}

const WRITTEN = eventsUpToLast('event', 'position');
const ROWS = `SELECT count(*) AS rows, sum(octet_length(event)) AS bytes, (${WRITTEN}) AS written FROM event`;

/** Every event is a row with all its bytes; what was stopped has no gaps as far as it came. */
async function check(databaseUrl: string, wanted: EventsOnLog, isPartly: boolean): Promise<void> {
  const { rows } = await onDatabase(databaseUrl, (client) => client.query<Record<string, string | null>>(ROWS));
  const found = (name: 'rows' | 'bytes' | 'written'): number => Number(rows[0]?.[name] ?? 0);
  checkSame('rows up to the last of each partition', found('rows'), found('written'));
  if (isPartly) return;
  checkSame('rows', found('rows'), wanted.events);
  checkSame('bytes of their values', found('bytes'), wanted.valueBytes);
}
