import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsOfRecord } from '@mps-ledger/derivation';
import type { PreparedEvents } from '../anchors/project-no-kafka';
import type { Bench, Measurement, Stage } from '../contract';
import { changeStream } from '../events-on-log';
import { makeNotifications, SEED_000 } from '../notifications';
import { putOnLog, runProjecting, type Waiting } from '../projecting';
import { rawRecord } from '../raw-records';

/** Events on the log → rows in Postgres: what had piled up, by one process. */
export const project: Bench = {
  name: 'project',
  about: 'events on Kafka to rows in Postgres, by one process',
  notification: `${SEED_000}; a Change stream of the simulator`,
  contestants: ['ours', 'minimal', 'no-kafka'],
  prepare: async (stage) => {
    const works = await makeWorks(stage);
    return {
      async run(contestant) {
        const measurements: Measurement[] = [];
        for (const work of works)
          if (contestant !== 'no-kafka' || work.file !== null)
            measurements.push(await runProjecting(stage, work, contestant));
        return measurements;
      },
      async close() {
        for (const { topics } of works) await topics.drop();
      },
    };
  },
};

const RUN = 'project';
const SIMULATED_TASKS = 500;

async function makeWorks(stage: Stage): Promise<readonly Waiting[]> {
  const { events } = stage.options;
  const seed000 = await putOnLog(stage, 'seed 000', makeNotifications(RUN), events);
  const stream = await putOnLog(stage, 'Change stream', await changeStream(SIMULATED_TASKS), events);
  return [{ ...seed000, file: prepareFile(stage, seed000.filled.notifications) }, stream];
}

function prepareFile(stage: Stage, notifications: number): string {
  const { body } = makeNotifications(RUN)(0);
  const derived = eventsOfRecord({ ...rawRecord(body), partition: 0, offset: 1, logged: '2026-01-01T00:00:00.000Z' });
  const records = derived.map(({ record: { value, headers } }) => ({ value: value.toString(), headers }));
  const file = join(stage.folder, 'project-events.json');
  writeFileSync(file, JSON.stringify({ run: RUN, notifications, records } satisfies PreparedEvents));
  return file;
}
