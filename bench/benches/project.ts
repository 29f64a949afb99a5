import type { Bench, ContestantName, Measurement, Stage } from '../contract';
import { changeStream } from '../events-on-log';
import { makeNotifications, SEED_000 } from '../notifications';
import { PREPARED_RUN, prepareFile, putOnLog, runProjecting, type Waiting } from '../projecting';

/** Events on the log → rows in Postgres: what had piled up, by one process. */
export const project: Bench = {
  name: 'project',
  about: 'events on Kafka to rows in Postgres, by one process',
  notification: `${SEED_000}; a Change stream of the simulator`,
  contestants: ['ours', 'minimal', 'no-kafka', 'nest-save'],
  prepare: async (stage) => {
    const works = await makeWorks(stage);
    return {
      async run(contestant) {
        const measurements: Measurement[] = [];
        for (const work of works)
          if (!SEED_000_ALONE.includes(contestant) || work.file !== null)
            measurements.push(await runProjecting(stage, work, contestant));
        return measurements;
      },
      async close() {
        for (const { topics } of works) await topics.drop();
      },
    };
  },
};

/** `no-kafka` has only these events; `nest-save` takes its 30 seconds a turn. */
const SEED_000_ALONE: readonly ContestantName[] = ['no-kafka', 'nest-save'];
const SIMULATED_TASKS = 500;

async function makeWorks(stage: Stage): Promise<readonly Waiting[]> {
  const { events } = stage.options;
  const seed000 = await putOnLog(stage, 'seed 000', makeNotifications(PREPARED_RUN), events);
  const stream = await putOnLog(stage, 'Change stream', await changeStream(SIMULATED_TASKS), events);
  return [{ ...seed000, file: prepareFile(stage, seed000.filled.notifications) }, stream];
}
