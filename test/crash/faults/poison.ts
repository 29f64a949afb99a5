import { createHash } from 'node:crypto';
import type { EventLog, NewRecord } from '@mps-ledger/event-log';
import { eventually, withMembers } from '@mps-ledger/spec-kit';
import { parseReceipt, TOPICS } from '@mps-ledger/records';
import { onDatabase } from '../database';
import { makeFault, type Fault, type LoadedRound, type LogName } from '../fault';
import { logOf } from '../log-of';
import { BrokenPromise } from '../promises';
import { sampleOf } from '../sample';
import { makeKafkaApps } from '../targets/kafka-apps';
import { makeStandalone } from '../targets/standalone';
import type { Target } from '../targets/target';

/** Sends a notification of a task until it is taken; answers its receipt. */
async function tell(target: Target, taskId: string): Promise<string> {
  return eventually(async () => {
    const answer = await fetch(target.callbacks, { method: 'POST', body: sampleOf(taskId) });
    await answer.arrayBuffer();
    return answer.status === 200 ? answer.headers.get('ledger-receipt') : null;
  });
}

/** Waits until a task is there and says that so much of it is parked. */
async function untilParked(target: Target, taskId: string, least: number): Promise<void> {
  const what = `${least} parked at ${taskId}`;
  const parked = async () => {
    const answer = await fetch(`${target.api}/v1/tasks/${taskId}`);
    return answer.status === 200 && ((await answer.json()) as { parked: number }).parked >= least;
  };
  await eventually(parked, { what, timeoutMs: 60_000 }).catch((error: unknown) => {
    throw new BrokenPromise(`a poison event is not shown as parked: ${String(error)}`);
  });
}

/** Makes a table refuse rows, as a constraint would that nobody thought of. `condition` is about NEW. */
async function refuse(target: Target, table: 'history' | 'task', name: string, condition: string): Promise<void> {
  await onDatabase(target, (client) =>
    client.query(`
      CREATE FUNCTION public.${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF ${condition} THEN RAISE EXCEPTION 'this row is refused' USING ERRCODE = 'check_violation'; END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER ${name} BEFORE INSERT OR UPDATE ON tasks_v1.${table}
        FOR EACH ROW EXECUTE FUNCTION public.${name}()`),
  );
}

const takeAgain = (target: Target, name: string): Promise<unknown> =>
  onDatabase(target, (client) => client.query(`DROP FUNCTION public.${name} CASCADE`));

/** An event of the task, as it is on the log. */
async function someEventOf(log: EventLog, taskId: string, partition: number): Promise<NewRecord> {
  const stretch = { topic: TOPICS.events, partition, from: 0, to: Number.MAX_SAFE_INTEGER };
  for await (const records of log.read(stretch)) {
    const found = records.find(({ key }) => key?.toString() === taskId);
    if (found !== undefined) return { key: found.key, value: found.value, headers: found.headers };
  }
  throw new BrokenPromise(`nothing was derived of ${taskId}`);
}

/** Three records that no program of ours would append: no event at all, one of an unknown type, one with another id. */
function poison(event: NewRecord, id: string): readonly NewRecord[] {
  return [
    { key: Buffer.from([0xff]), value: Buffer.from([0xc3, 0x28]), headers: { odd: '\u0000' } },
    withMembers(event, { type: 'mps.no-such-event' }),
    withMembers(event, { id }),
  ];
}

async function plantEvents(target: Target, round: LoadedRound): Promise<void> {
  const taskId = `poisoned-${round.seed}`;
  const { partition = 0 } = parseReceipt(await tell(target, taskId)) ?? {};
  await untilParked(target, taskId, 0);
  const id = createHash('sha256').update(taskId).digest('hex');
  const name = `refuse_event_${round.seed}`;
  await refuse(target, 'history', name, `NEW.event_id = '${id}'`);
  const log = logOf(target);
  try {
    const records = poison(await someEventOf(log, taskId, partition), id);
    const { offsets } = await log.append(TOPICS.events, partition, records);
    for (const offset of offsets) round.planted({ topic: TOPICS.events, partition, offset });
  } finally {
    await log.close();
  }
  await untilParked(target, taskId, 2);
  await takeAgain(target, name);
}

/** Rows of a few tasks are refused, of one table or the other, while those of all others are taken. */
async function refuseRows(target: Target, round: LoadedRound): Promise<void> {
  const { seed, dice, load } = round;
  const name = `refuse_rows_${seed}`;
  const prefix = `refused-${seed}-`;
  await load.sent(1);
  const table = dice.chance(0.5) ? 'history' : 'task';
  const column = table === 'history' ? 'data' : 'task_id_json';
  await refuse(target, table, name, `NEW.${column} LIKE '%${prefix}%'`);
  const tasks = Array.from({ length: dice.between(1, 4) }, (_, number) => `${prefix}${number}`);
  const receipts = await Promise.all(tasks.map((taskId) => tell(target, taskId)));
  if (table === 'history') for (const taskId of tasks) await untilParked(target, taskId, 1);
  else
    await onDatabase(target, (client) =>
      eventually(async () => (await client.query(PARKED, [receipts.length, seed])).rows.length > 0),
    );
  await takeAgain(target, name);
}

/** Whether notifications of so many tasks are parked, though their tasks could not be told. */
const PARKED = `
  SELECT 1 FROM tasks_v1.parked WHERE type = 'notification.received' AND convert_from(value, 'UTF8') LIKE '%refused-' || $2::integer || '-%'
  HAVING count(*) >= $1::integer`;

/** Where it is done, and by how many seeds. */
interface Where {
  readonly log: LogName;
  readonly make: (folder: string) => Promise<Target>;
  readonly seeds: readonly [number, number];
}

function poisonFaults({ log, make, seeds }: Where): readonly Fault[] {
  return [
    makeFault({
      name: 'poison-event',
      log,
      what: 'three records are planted on the event log that no program of ours would write: one that is no event, one of an unknown type, one that the database rejects. They are parked, their task shows it, everything else continues',
      seeds: seeds[0],
      make,
      strike: plantEvents,
    }),
    makeFault({
      name: 'row-refused',
      log,
      what: 'the database refuses the rows of one to four tasks, in the table of history or of tasks: their events are parked, everything else continues',
      seeds: seeds[1],
      make,
      strike: refuseRows,
    }),
  ];
}

export const POISON = poisonFaults({ log: 'postgres', make: (folder) => makeStandalone({ folder }), seeds: [5, 10] });
export const KAFKA_POISON = poisonFaults({ log: 'kafka', make: (folder) => makeKafkaApps({ folder }), seeds: [3, 4] });
