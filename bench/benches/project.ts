import { findConnect } from '../connect/connect';
import { runSinking } from '../connect/sinking';
import { SIDE_ROUNDS, type Bench, type ContestantName, type Measurement, type Stage } from '../contract';
import { changeStream } from '../events-on-log';
import { makeNotifications, SEED_000 } from '../notifications';
import { PREPARED_RUN, prepareFile, putOnLog, runProjecting, type Waiting } from '../projecting';

/** Events on the log → rows in Postgres: what had piled up, by one process. */
export const project: Bench = {
  name: 'project',
  about: 'events on Kafka to rows in Postgres, by one process',
  notification: `${SEED_000}; a Change stream of the simulator`,
  contestants: ['ours', 'minimal', 'no-kafka', 'nest-save', 'debezium-unnest-1', 'debezium-unnest-2'],
  turns: { 'no-kafka': SIDE_ROUNDS, 'nest-save': SIDE_ROUNDS, 'debezium-unnest-1': SIDE_ROUNDS },
  prepare: async (stage) => {
    const connect = await findConnect((line) => stage.tell(line));
    const { seed000, stream } = await makeWorks(stage);
    const turnOf = async (contestant: ContestantName, work: Waiting): Promise<readonly Measurement[]> => {
      const tasks = SINK_TASKS[contestant];
      return tasks === undefined || 'missing' in connect
        ? runProjecting(stage, work, contestant)
        : [await runSinking(stage, work, connect, tasks)];
    };
    return {
      leftOut: 'missing' in connect ? Object.fromEntries(SINKS.map((name) => [name, connect.missing])) : {},
      async run(contestant, round) {
        const alone = stage.options.quick ? [...SEED_000_ALONE, ...SINKS] : SEED_000_ALONE;
        const measurements = [...(await turnOf(contestant, seed000))];
        if (!alone.includes(contestant) && round <= SIDE_ROUNDS)
          measurements.push(...(await turnOf(contestant, stream)));
        return measurements;
      },
      async close() {
        await seed000.topics.drop();
        await stream.topics.drop();
      },
    };
  },
};

/** `no-kafka` has only these events; `nest-save` takes its 30 seconds a turn. */
const SEED_000_ALONE: readonly string[] = ['no-kafka', 'nest-save'];
/** Kafka Connect with so many tasks. It takes long to start: in a quick run it has seed 000 alone. */
const SINK_TASKS: Partial<Readonly<Record<ContestantName, number>>> = {
  'debezium-unnest-1': 1,
  'debezium-unnest-2': 2,
};
const SINKS = Object.keys(SINK_TASKS);

/** Two thirds of a run's events wait, of each kind. */
async function makeWorks(stage: Stage): Promise<Readonly<Record<'seed000' | 'stream', Waiting>>> {
  const events = Math.ceil((stage.options.events * 2) / 3);
  const seed000 = await putOnLog(stage, 'seed 000', makeNotifications(PREPARED_RUN), events);
  const stream = await putOnLog(stage, 'Change stream', await changeStream(), events);
  return { seed000: { ...seed000, file: prepareFile(stage, seed000.filled.notifications) }, stream };
}
