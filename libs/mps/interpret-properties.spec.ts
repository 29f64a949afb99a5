import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';

import { checkProperty } from '@mps-ledger/spec-kit';
import type { TaskEvent } from '@mps-ledger/tasks';

import { readEnvelope } from './envelope/envelope';
import { interpret } from './interpret';
import { notificationWith } from './testing/notification';

const NOTIFICATIONS = join(__dirname, '../../test/fixtures/mps');
const samples = readdirSync(NOTIFICATIONS)
  .filter((name) => name.endsWith('.json'))
  .map((name) => readFileSync(join(NOTIFICATIONS, name)));
const sample = fc.constantFrom(...samples);
const sampleTree = sample.map((bytes) => JSON.parse(bytes.toString('utf8')) as unknown);

const derive = (body: unknown): readonly TaskEvent[] => interpret(notificationWith(body));
const ids = (body: unknown): string[] => derive(body).map(({ id }) => id);

/** What holds of every answer, whatever was asked. */
function expectWellFormed(body: Uint8Array | string): void {
  const events = derive(body);
  const last = events.at(-1);
  expect(last?.type).toBe('notification.received');
  expect(events.filter(({ type }) => type === 'notification.received')).toHaveLength(1);
  expect(last?.data).toMatchObject({ events: events.length - 1 });
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  for (const { id } of events) expect(id).toMatch(/^[0-9a-f]{64}$/);
  const envelope = readEnvelope(notificationWith(body).bytes);
  expect(last?.data).not.toMatchObject({ reason: 'task-elsewhere' });
  const { task_id: taskId } = last?.data as { task_id?: string };
  if (taskId !== undefined) expect(envelope).toMatchObject({ taskId });
  expect(isDeepStrictEqual(derive(body), events)).toBe(true);
  expect(JSON.stringify(derive(body))).toBe(JSON.stringify(events));
}

/** Names and values that a notification's meaning hangs on, in places where they do not belong. */
const word = fc.constantFrom(
  ...[
    'EventType',
    'WorkflowTask',
    'WorkflowTaskEvent',
    'ScheduleTask',
    'ScheduleTaskEvent',
    'TaskId',
    'Status',
    'Type',
  ],
  ...['MediaProcessResultSet', 'AiAnalysisResultSet', 'ActivityResultSet', 'ActivityResItem', 'ActivityType'],
  ...[
    'TranscodeTask',
    'AnalysisTask',
    'CoverTask',
    'Input',
    'Output',
    'Definition',
    'MetaData',
    'Response',
    'Progress',
  ],
  ...['FINISH', 'PROCESSING', 'SUCCESS', 'FAIL', 'WAITING', '__proto__', 'constructor', 'toString', '\ud800', '\u0000'],
);
const wordTree = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.string()),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(word, tie('node'), { maxKeys: 5 }),
  ),
})).node;

describe('interpret answers', () => {
  test('any bytes', () => {
    checkProperty(fc.property(fc.uint8Array({ maxLength: 200 }), expectWellFormed));
  });

  test('any JSON', () => {
    checkProperty(fc.property(fc.json(), expectWellFormed));
  });

  test('any tree of the words that notifications are made of', () => {
    const named = fc.tuple(
      fc.constantFrom('WorkflowTask', 'EditMediaTask', 'ScheduleTask'),
      fc.dictionary(word, wordTree),
    );
    checkProperty(
      fc.property(named, ([type, task]) => {
        expectWellFormed(JSON.stringify({ EventType: type, [`${type}Event`]: { TaskId: 't-1', ...task } }));
      }),
      300,
    );
    checkProperty(
      fc.property(
        wordTree.map((tree) => JSON.stringify(tree)),
        expectWellFormed,
      ),
      300,
    );
  });

  test('samples with bytes changed, left out and put in', () => {
    const edit = fc.record({ at: fc.nat(), drop: fc.nat({ max: 3 }), put: fc.uint8Array({ maxLength: 2 }) });
    checkProperty(
      fc.property(sample, fc.array(edit, { minLength: 1, maxLength: 4 }), (bytes, edits) => {
        const mutated = edits.reduce((before, { at, drop, put }) => {
          const place = at % (before.length + 1);
          return Buffer.concat([before.subarray(0, place), put, before.subarray(place + drop)]);
        }, bytes);
        expectWellFormed(mutated);
      }),
      300,
    );
  });

  test('samples with values swapped for others', () => {
    const swaps = fc.array(fc.tuple(fc.nat({ max: 300 }), wordTree), { minLength: 1, maxLength: 3 });
    checkProperty(
      fc.property(sampleTree, swaps, (tree, swapped) => {
        const values = new Map(swapped);
        let node = -1;
        const replaced = (value: unknown): unknown => {
          node += 1;
          if (values.has(node)) return values.get(node);
          if (Array.isArray(value)) return value.map(replaced);
          if (typeof value !== 'object' || value === null) return value;
          return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaced(member)]));
        };
        expectWellFormed(JSON.stringify(replaced(tree) ?? null));
      }),
      300,
    );
  });
});

/** A tree with something done to each object in it, the innermost first. */
function eachObject(tree: unknown, change: (members: [string, unknown][]) => [string, unknown][]): unknown {
  if (Array.isArray(tree)) return tree.map((element) => eachObject(element, change));
  if (typeof tree !== 'object' || tree === null) return tree;
  const members = Object.entries(tree).map(([name, member]): [string, unknown] => [name, eachObject(member, change)]);
  return Object.fromEntries(change(members));
}

describe('the ids of a sample', () => {
  test('and their order do not depend on the order of members, nor on white space', () => {
    checkProperty(
      fc.property(
        sampleTree,
        fc.infiniteStream(fc.nat()),
        fc.constantFrom(undefined, 1, '\t'),
        (tree, draws, space) => {
          const shuffled = eachObject(tree, (members) =>
            members
              .map((member): [number, [string, unknown]] => [draws.next().value, member])
              .sort(([a], [b]) => a - b)
              .map(([, member]) => member),
          );
          expect(ids(JSON.stringify(shuffled, null, space))).toEqual(ids(tree));
        },
      ),
      100,
    );
  });

  test('do not depend on the order of result sets, but for twins', () => {
    const sets = /ResultSet$|^SmartSubtitlesTaskResult$/;
    checkProperty(
      fc.property(sampleTree, (tree) => {
        const turned = eachObject(tree, (members) =>
          members.map(([name, value]) => [
            name,
            sets.test(name) && Array.isArray(value) ? [...value].reverse() : value,
          ]),
        );
        expect(ids(turned).sort()).toEqual(ids(tree).sort());
      }),
      60,
    );
  });

  test('depend on every value that is evidence', () => {
    const paths = ['Bucket', 'Object', 'Duration', 'Path', 'OutputObjectPath', 'ErrCode', 'Md5'];
    const [seed] = samples.filter((bytes) => bytes.includes('dianping2_animatedGraphic'));
    const tree = JSON.parse(seed!.toString('utf8')) as unknown;
    for (const path of paths) {
      const changed = eachObject(tree, (members) =>
        members.map(([name, value]) => [name, name === path && value !== 0 ? `${String(value)}x` : value]),
      );
      expect(ids(changed)).not.toEqual(ids(tree));
    }
  });
});
