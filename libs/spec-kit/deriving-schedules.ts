import * as fc from 'fast-check';

/** Some notifications, each about one of these tasks: the task's Status, and that of each of its subtasks. */
export function anyNotificationsAbout<Task>(tasks: readonly Task[]) {
  const notification = fc.record({
    task: fc.constantFrom(...tasks),
    status: fc.constantFrom('PROCESSING', 'FINISH'),
    subtasks: fc.array(fc.constantFrom('PROCESSING', 'SUCCESS', 'FAIL'), { maxLength: 3 }),
  });
  return fc.array(notification, { minLength: 1, maxLength: 6 });
}

/**
 * What up to three processes that derive the same raw log do in turns: each appends some records, perhaps twice, going on where it was
 * or restarted some raw records before where it should go on.
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
