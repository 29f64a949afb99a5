import type { Random } from '../../../apps/simulator/random';
import { hostileLeaf, NAMES } from './hostile-leaves';
import { token, type Tree } from './json-tree';

const TASKS: readonly [string, string][] = [
  ['WorkflowTask', 'WorkflowTaskEvent'],
  ['WorkflowTask', 'WorkflowTaskEvent'],
  ['EditMediaTask', 'EditMediaTaskEvent'],
  ['ScheduleTask', 'ScheduleTaskEvent'],
  ['ExtractBlindWatermark', 'ExtractBlindWatermarkTask'],
];
const SETS: readonly [string, readonly string[]][] = [
  ['MediaProcessResultSet', ['TranscodeTask', 'AnimatedGraphicTask', 'SampleSnapshotTask', 'ImageSpriteTask']],
  ['AiContentReviewResultSet', ['PornTask', 'TerrorismTask', 'PoliticalAsrTask']],
  ['AiAnalysisResultSet', ['ClassificationTask', 'CoverTask', 'TagTask', 'DescriptionTask']],
  ['AiRecognitionResultSet', ['FaceTask', 'AsrFullTextTask', 'OcrWordsTask']],
  ['SmartSubtitlesTaskResult', ['AsrFullTextTask', 'TransTextTask']],
  ['SomethingNewResultSet', ['SomethingNewTask']],
];
const STATUSES = ['FINISH', 'FINISH', 'PROCESSING', 'WAITING', 'finish', 'EXPLODED'];
const ENDS = ['SUCCESS', 'SUCCESS', 'FAIL', 'PROCESSING', 'WAITING', 'MAYBE'];

/** A notification as the vendor's grammar has it, with a hostile leaf here and there. */
export function generateNotification(random: Random, taskId: string): Tree {
  const [eventType, member] = random.pick(TASKS);
  const task = object(random, [
    ['TaskId', token(JSON.stringify(taskId))],
    ['Status', text(random, random.pick(STATUSES))],
    ['ErrCode', number(random, random.pick([0, 0, 0, 70000]))],
    ['Message', text(random, random.pick(['', 'SUCCESS', 'it failed']))],
    ['InputInfo', object(random, [['Type', text(random, 'COS')]])],
    ...(random.chance(0.3) ? [['MetaData', arbitrary(random, 2)] as [string, Tree]] : []),
    ...resultSets(random, eventType),
  ]);
  const members: [string, Tree][] = [
    ['EventType', text(random, eventType)],
    [member, task],
    ['SessionId', text(random, random.pick(['', 'session-1', 'session-2']))],
  ];
  if (random.chance(0.2)) members.push([random.pick(NAMES), arbitrary(random, 3)]);
  const body = object(random, random.chance(0.2) ? random.shuffled(members) : members);
  return random.chance(0.05) ? object(random, [['Response', body]]) : body;
}

function resultSets(random: Random, eventType: string): [string, Tree][] {
  const sets = Array.from({ length: random.pick([0, 1, 1, 2]) }, () => resultSet(random));
  if (eventType !== 'ScheduleTask') return sets;
  const activities = sets.map(([, tree]) =>
    object(random, [
      ['ActivityType', text(random, 'action-trans')],
      ['ActivityResItem', tree],
    ]),
  );
  return [['ActivityResultSet', { kind: 'list', items: activities }]];
}

function resultSet(random: Random): [string, Tree] {
  const [name, holders] = random.pick(SETS);
  const items = Array.from({ length: random.below(4) }, () => {
    const holder = random.pick(holders);
    const type = text(random, holder.replace(/Task$/, ''));
    return object(random, [
      ['Type', type],
      [holder, subtask(random)],
    ]);
  });
  return [name, random.chance(0.05) ? (items[0] ?? token('null')) : { kind: 'list', items }];
}

function subtask(random: Random): Tree {
  return object(random, [
    ['Status', text(random, random.pick(ENDS))],
    ['ErrCode', number(random, random.pick([0, 0, 30010]))],
    ['Progress', number(random, random.below(101))],
    ['Input', object(random, [['Definition', number(random, random.pick([10, 20, 100010]))]])],
    ['Output', random.chance(0.3) ? token('null') : object(random, [['Path', text(random, '/out.mp4')]])],
  ]);
}

/** Any JSON at all. */
export function arbitrary(random: Random, depth: number): Tree {
  if (depth === 0 || random.chance(0.4)) return token(hostileLeaf(random));
  const count = random.below(5);
  if (random.chance(0.5))
    return { kind: 'list', items: Array.from({ length: count }, () => arbitrary(random, depth - 1)) };
  const members = Array.from(
    { length: count },
    () => [random.pick(NAMES), arbitrary(random, depth - 1)] as [string, Tree],
  );
  return { kind: 'object', members };
}

const HOSTILE = 0.02;

function object(random: Random, members: [string, Tree][]): Tree {
  return random.chance(HOSTILE / 2) ? token(hostileLeaf(random)) : { kind: 'object', members };
}

function text(random: Random, value: string): Tree {
  return token(random.chance(HOSTILE) ? hostileLeaf(random) : JSON.stringify(value));
}

function number(random: Random, value: number): Tree {
  return token(random.chance(HOSTILE) ? hostileLeaf(random) : String(value));
}
