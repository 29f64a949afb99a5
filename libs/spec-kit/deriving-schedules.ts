import * as fc from 'fast-check';

/** Some notifications about these tasks, each with the Status of a task and of its subtasks. */
export function anyNotificationsAbout<Task>(tasks: readonly Task[]) {
  const notification = fc.record({
    task: fc.constantFrom(...tasks),
    status: fc.constantFrom('PROCESSING', 'FINISH'),
    subtasks: fc.array(fc.constantFrom('PROCESSING', 'SUCCESS', 'FAIL'), { maxLength: 3 }),
  });
  return fc.array(notification, { minLength: 1, maxLength: 6 });
}

/**
 * A schedule of up to three processes that derive the same raw log in turns: each step appends some records, possibly twice, continuing
 * at its position or restarting some raw records before it.
 */
export const anyDerivingSteps = fc.array(
  fc.record({
    process: fc.nat({ max: 2 }),
    restartBefore: fc.option(fc.nat({ max: 6 }), { freq: 2 }),
    records: fc.nat({ max: 9 }),
    again: fc.boolean(),
  }),
  { maxLength: 12 },
);
