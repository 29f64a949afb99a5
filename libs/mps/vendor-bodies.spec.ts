import { readFileSync } from 'node:fs';

import { bodyWith, FAILURE, HOLDERS, ROOTS, holdersBelow, readTypes } from '@mps-ledger/spec-kit';
import type { Spelling, VendorBody, HolderReading, Root, VendorHolder } from '@mps-ledger/spec-kit';
import { describeTask, fold, initialState } from '@mps-ledger/tasks';
import type { TaskEvent, TaskView } from '@mps-ledger/tasks';

import { interpret } from './interpret';
import { notificationWith } from './testing/notification';

const SDK = 'tencentcloud-sdk-nodejs-mps/tencentcloud/services/mps/v20190612/mps_models.d.ts';
const types = readTypes(readFileSync(require.resolve(SDK), 'utf8'));
const SPELLINGS: readonly (readonly [string, Spelling])[] = [
  ['null siblings', { siblings: 'null' }],
  ['every member filled, numbers as text, lists of two', { siblings: 'full', asText: true, elements: 2 }],
];

interface Read {
  readonly events: readonly TaskEvent[];
  readonly answer: TaskView;
}

function read(body: object): Read {
  const events = interpret(notificationWith(body));
  return { events, answer: describeTask(fold(initialState, events), 0) };
}

const readingOf = ({ edge }: VendorHolder): HolderReading => HOLDERS[edge] ?? { kind: 'not listed' };
const subtasks = ROOTS.flatMap((root) =>
  holdersBelow(types, root).flatMap((holder) => ('task' in readingOf(holder) ? [] : [{ root, holder }])),
);
const tasks = ROOTS.flatMap((root) =>
  holdersBelow(types, root).flatMap((holder) => ('task' in readingOf(holder) ? [{ root, holder }] : [])),
);
const pathOf = ({ path }: VendorHolder): string => path.map(({ name }) => name).join('.');
const KINDS: Readonly<Record<string, string>> = {
  WorkflowTaskEvent: 'workflow',
  WorkflowTask: 'workflow',
  ScheduleTaskEvent: 'schedule',
  ScheduleTask: 'schedule',
  LiveScheduleTask: 'live',
  BatchTaskEvent: 'batch',
  BatchTaskResult: 'batch',
  ImageProcessTaskResultSet: 'image',
};
const OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  SUCCESS: ['succeeded'],
  FAIL: ['failed', 'partially-failed'],
  PROCESSING: ['undetermined'],
};
const END_OF: Readonly<Record<string, string>> = { SUCCESS: 'subtask.succeeded', FAIL: 'subtask.failed' };

/** A body of one holder. Batches have no Status in notifications, so that one is added to see their outcome. */
function bodyOf(root: Root, holder: VendorHolder, status: string, spelling: Spelling, taskStatus = 'FINISH'): object {
  const given: VendorBody = { root, holder, status, taskStatus, spelling };
  const body = bodyWith(types, given);
  const batch = body['BatchTaskEvent'];
  return batch === undefined || batch === null
    ? body
    : { ...body, BatchTaskEvent: { ...(batch as object), Status: taskStatus } };
}

const ofKind = (events: readonly TaskEvent[], kind: string): readonly TaskEvent[] =>
  events.filter(({ type, data }) => type.startsWith('subtask.') && (data as { kind: string }).kind === kind);

/** The members that a failure of this holder has. */
function errorOf({ path }: VendorHolder): object {
  const members = new Set(types.get(path.at(-1)?.type ?? '')?.map(({ name }) => name));
  return {
    ...(members.has('ErrCode') && { error_code: FAILURE.ErrCode }),
    ...((members.has('ErrCodeExt') || members.has('ErrMsg')) && { error_code_ext: FAILURE.ErrCodeExt }),
  };
}

test('there are some 520 bodies', () => {
  expect(subtasks.length).toBeGreaterThan(140);
  expect((subtasks.length + tasks.length) * 3).toBeGreaterThan(450);
});

describe.each(SPELLINGS)('with %s', (_, spelling) => {
  test.each(subtasks.map(({ root, holder }) => [root, pathOf(holder), holder] as const))(
    'of %s, %s: as it is, whatever its Status',
    (root, path, holder) => {
      const reading = readingOf(holder) as { readonly kind: string };
      const kind = KINDS[path.split('.')[0] ?? ''];
      for (const status of ['SUCCESS', 'FAIL', 'PROCESSING']) {
        const { events, answer } = read(bodyOf(root, holder, status, spelling));
        const last = events.at(-1)!.data;
        expect(last).toMatchObject({ task_id: 't-1', kind });
        expect(last).not.toHaveProperty('reason');
        const type = END_OF[status] ?? 'subtask.started';
        const one = ofKind(events, reading.kind).find((event) => event.type === type);
        expect(one).toBeDefined();
        expect(one!.data).toMatchObject(status === 'FAIL' ? errorOf(holder) : {});
        expect(answer).toMatchObject({ kind, status: 'finished' });
        expect(OUTCOMES[status]).toContain(answer.outcome);
      }
      const { events, answer } = read(bodyOf(root, holder, 'PROCESSING', spelling, 'PROCESSING'));
      const seen = events.map(({ type }) => type);
      expect(seen).not.toContain('task.finished');
      expect(seen).not.toContain('subtask.failed');
      expect(answer).toMatchObject({ status: 'processing', outcome: null });
    },
  );

  test.each(tasks.map(({ root, holder }) => [root, pathOf(holder), holder] as const))(
    'of %s, %s: the task, whatever its Status',
    (root, _path, holder) => {
      const { task: kind } = readingOf(holder) as { readonly task: string };
      const open = read(bodyOf(root, holder, 'PROCESSING', spelling, 'PROCESSING'));
      expect(open.answer).toMatchObject({ kind, status: 'processing', outcome: null });
      const failed = read(bodyOf(root, holder, 'FAIL', spelling));
      expect(failed.answer).toMatchObject({ kind, outcome: 'failed', error_code: FAILURE.ErrCode });
      expect(failed.events.at(-1)!.data).toMatchObject({ kind, task_id: 't-1' });
      const { answer } = read(bodyOf(root, holder, 'SUCCESS', spelling));
      expect(answer).toMatchObject({ kind, status: 'finished', error_code: 0, outcome: 'succeeded' });
    },
  );
});
