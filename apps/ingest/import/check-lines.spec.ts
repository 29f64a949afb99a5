import { BadLines } from './bad-lines';
import { makeLineCheck } from './check-lines';

const task = (TaskId: string) => JSON.stringify({ EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId } });
const records = (...bodies: readonly string[]) =>
  JSON.stringify({ Records: bodies.map((msgBody) => ({ CMQ: { msgBody } })) });

it('finds in lines what an import would, also the lines that it would not take', () => {
  const bad = new BadLines({ say: () => undefined });
  const check = makeLineCheck(bad, 1024 * 1024);
  const lines = [task('a'), records(task('b'), task('c')), 'junk', '', records(...Array<string>(1001).fill('x'))];
  for (const [at, line] of lines.entries())
    check.check({ number: at + 1, bytes: Buffer.from(line), length: line.length, end: 0 });
  expect([check.notifications(), check.empty(), check.found().tasks]).toEqual([2, 1, 3]);
  expect(check.found().event_types).toEqual({ WorkflowTask: 1, none: 1 });
  expect(bad.listed).toMatchObject([
    { line: 3, reason: 'not-json' },
    { line: 5, reason: 'too-many-records' },
  ]);
});
