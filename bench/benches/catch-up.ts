import type { Bench } from '../contract';
import { makeNotifications, SEED_000 } from '../notifications';
import { PREPARED_RUN, prepareFile, putOnLog, runProjecting } from '../projecting';

/** Events from offset zero into empty tables: does the rate stay as they become more, and does memory? */
export const catchUp: Bench = {
  name: 'catch-up',
  about: 'events on Kafka from offset zero into empty tables: the first third of --events, ten and thirty times that',
  notification: SEED_000,
  contestants: ['ours', 'minimal', 'copy'],
  // It takes minutes, and its progress over time is what the bench measures.
  turns: { ours: 1, minimal: 1, copy: 1 },
  prepare: async (stage) => {
    const { events, quick } = stage.options;
    const marks = (quick ? QUICK : TIMES).map((times) => Math.round((events / 3) * times));
    const all = await putOnLog(stage, 'all', makeNotifications(PREPARED_RUN), marks.at(-1) ?? events);
    const waiting = { ...all, file: prepareFile(stage, all.filled.notifications) };
    const named = marks.map((mark) => ({
      name: `the first ${mark.toLocaleString('en-US')} events`,
      events: mark === marks.at(-1) ? all.filled.events : mark,
    }));
    const limitSeconds = quick ? QUICK_LIMIT_SECONDS : LIMIT_SECONDS;
    return {
      run: (contestant) => runProjecting(stage, waiting, contestant, { limitSeconds, marks: named }),
      close: () => all.topics.drop(),
    };
  },
};

/** In a full run 0.1, 1 and 3 million. */
const TIMES = [1, 10, 30];
const QUICK = [1, 3];
const LIMIT_SECONDS = 600;
const QUICK_LIMIT_SECONDS = 30;
