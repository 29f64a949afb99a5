import type { Bench, Measurement } from '../contract';
import { makeNotifications, SEED_000 } from '../notifications';
import { PREPARED_RUN, prepareFile, putOnLog, runProjecting, type Waiting } from '../projecting';

/** Events from offset zero into empty tables: does the rate stay as they become more, and does memory? */
export const catchUp: Bench = {
  name: 'catch-up',
  about: 'events on Kafka from offset zero into empty tables: a third of --events, ten and thirty times that',
  notification: SEED_000,
  contestants: ['ours', 'minimal', 'copy'],
  prepare: async (stage) => {
    const works: Waiting[] = [];
    for (const times of stage.options.quick ? QUICK : TIMES) {
      const events = Math.round((stage.options.events / 3) * times);
      const name = `${events.toLocaleString('en-US')} events`;
      const work = await putOnLog(stage, name, makeNotifications(PREPARED_RUN), events);
      works.push({ ...work, file: prepareFile(stage, work.filled.notifications) });
    }
    const limitSeconds = stage.options.quick ? QUICK_LIMIT_SECONDS : LIMIT_SECONDS;
    return {
      async run(contestant, round) {
        const measurements: Measurement[] = [];
        for (const [place, work] of works.entries()) {
          if (round > 1 && place > 0) continue;
          measurements.push(await runProjecting(stage, work, contestant, { limitSeconds }));
        }
        return measurements;
      },
      async close() {
        for (const { topics } of works) await topics.drop();
      },
    };
  },
};

/** In a full run 0.1, 1 and 3 million. */
const TIMES = [1, 10, 30];
const QUICK = [3];
/** The largest are measured whole, in the first round alone: how it goes on is what the bench is about. */
const LIMIT_SECONDS = 300;
const QUICK_LIMIT_SECONDS = 30;
