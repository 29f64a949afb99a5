import { SIDE_ROUNDS, type Bench, type Measurement } from '../contract';
import type { Notifications } from '../events-on-log';
import { transcodes } from '../large-tasks';
import { putOnLog, runProjecting, type Waiting } from '../projecting';

/** How the cost of an event grows with the events of its task. */
export const largeTasks: Bench = {
  name: 'large-tasks',
  about: 'events on Kafka to rows in Postgres, of tasks with more and more subtasks',
  notification: 'one FINISH per task, with 4 to 4,000 transcodes (as many events, and two more)',
  contestants: ['ours', 'minimal'],
  turns: { ours: SIDE_ROUNDS, minimal: SIDE_ROUNDS },
  prepare: async (stage) => {
    const works: Waiting[] = [];
    for (const subtasks of SUBTASKS)
      works.push(
        await putOnLog(
          stage,
          `${subtasks.toLocaleString('en-US')} subtasks each`,
          finishedTasks(subtasks),
          Math.ceil(stage.options.events / PART),
        ),
      );
    return {
      async run(contestant) {
        const measurements: Measurement[] = [];
        for (const work of works) measurements.push(...(await runProjecting(stage, work, contestant)));
        return measurements;
      },
      async close() {
        for (const { topics } of works) await topics.drop();
      },
    };
  },
};

const SUBTASKS = [4, 40, 400, 4_000] as const;
/** Each case has this part of a run's events. */
const PART = 5;

function finishedTasks(subtasks: number): Notifications {
  const results = transcodes(subtasks, 'SUCCESS');
  return (number) => {
    const taskId = `2450000-WorkflowTask-large-${subtasks}-${number}`;
    const task = { TaskId: taskId, Status: 'FINISH', ErrCode: 0, Message: '', MediaProcessResultSet: results };
    return { taskId, body: Buffer.from(JSON.stringify({ EventType: 'WorkflowTask', WorkflowTaskEvent: task })) };
  };
}
