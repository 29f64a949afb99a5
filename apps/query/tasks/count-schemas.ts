import { Type } from 'typebox';
import { OUTCOMES, TASK_STATUSES } from '@mps-ledger/tasks';
import { count, flag, orNull } from '../contract/schema-parts';

/** The schema of the answer about how many tasks match. */
export const TASK_COUNTS = Type.Object(
  {
    total: count('All tasks that match'),
    estimated: flag(
      'The numbers are estimates: more than 100,000 tasks match or, with q, input or output, more than 20,000 before the other filters',
    ),
    sample: orNull(
      Type.Object({
        one_of: count('How many tasks each task of the sample stands for'),
        matching: count('Tasks of the sample that match'),
      }),
      'How they are estimated: tasks whose key, a digest, begins with a byte of 0 are counted, and multiplied; null where all tasks were counted',
    ),
    counts: Type.Array(
      Type.Object({
        status: Type.Enum([...TASK_STATUSES]),
        outcome: orNull(Type.Enum([...OUTCOMES])),
        count: count('Tasks with both'),
      }),
      { description: 'By status, then outcome; none of 0' },
    ),
  },
  { description: 'How many tasks match' },
);
