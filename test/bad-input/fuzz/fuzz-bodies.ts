import { makeRandom, type Random } from '../../../apps/simulator/random';
import { copyOf, placesIn, spell, token, treeOf, type Tree } from './json-tree';
import { mutateBytes, mutateTree } from './mutations';
import { arbitrary, generateNotification } from './notification-grammar';

/** Number of tasks in the bodies: small, so that each one gets many notifications. */
const TASKS = 1000;
const HOSTILE_IDS = [
  '__proto__',
  'constructor',
  '\u0000',
  '\ud800',
  '\udfff\ud800',
  '/',
  '..',
  '%2f"\n',
  ' ',
  '任务'.repeat(50),
];

/**
 * Makes the body with a number, from 1. It depends on seed, number and samples alone, so that any one can be had again.
 */
export function makeFuzzBodies(seed: string, samples: readonly Buffer[]): (number: number) => Buffer {
  const trees = samples.map((sample) => treeOf(JSON.parse(sample.toString())));
  return (number) => bodyOf(makeRandom(seed, 'fuzz', number), seed, trees, samples);
}

function bodyOf(random: Random, seed: string, trees: readonly Tree[], samples: readonly Buffer[]): Buffer {
  const taskId = taskIdOf(random, seed);
  const tree = treeFor(random, taskId, trees);
  const changes = random.pick([0, 1, 1, 2, 3, 5]);
  for (let n = 0; n < changes; n += 1) mutateTree(tree, random);
  let bytes: Buffer = Buffer.from(spell(tree, random, random.chance(0.3)));
  if (!random.chance(0.15)) return bytes;
  const hits = random.pick([1, 1, 1, 2, 4]);
  for (let n = 0; n < hits; n += 1) bytes = mutateBytes(bytes, random, random.pick(samples));
  return bytes;
}

function taskIdOf(random: Random, seed: string): string {
  return random.chance(0.02) ? random.pick(HOSTILE_IDS) : `fuzz-${seed}-${random.below(TASKS)}`;
}

function treeFor(random: Random, taskId: string, trees: readonly Tree[]): Tree {
  const kind = random.fraction();
  if (kind < 0.7) return generateNotification(random, taskId);
  if (kind < 0.85) return arbitrary(random, 4);
  const tree = copyOf(random.pick(trees));
  for (const { tree: inner } of placesIn({ kind: 'list', items: [tree] })) {
    if (inner.kind !== 'object') continue;
    for (const member of inner.members) if (member[0] === 'TaskId') member[1] = token(JSON.stringify(taskId));
  }
  return tree;
}
