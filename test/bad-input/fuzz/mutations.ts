import type { Random } from '../../../apps/simulator/random';
import { hostileLeaf, NAMES } from './hostile-leaves';
import { copyOf, placesIn, token, type Place, type Tree } from './json-tree';

/** Changes a tree in one way. */
export function mutateTree(top: Tree, random: Random): void {
  const places = placesIn(top);
  if (places.length === 0) return;
  random.pick(TREE_MUTATIONS)(random.pick(places), random, places);
}

type TreeMutation = (place: Place, random: Random, places: readonly Place[]) => void;

const TREE_MUTATIONS: readonly TreeMutation[] = [
  (place, random) => place.put(token(hostileLeaf(random))),
  (place, random) => place.put(token(hostileLeaf(random))),
  // The type is swapped for the other one that holds things, or one is put around it.
  ({ tree, put }) => put(swapped(tree)),
  ({ tree, put }) => put({ kind: 'list', items: [tree] }),
  ({ tree, put }, random) => put({ kind: 'object', members: [[random.pick(NAMES), tree]] }),
  ({ tree, put }, random) => put(tree.kind === 'list' ? repeated(tree.items, random) : tree),
  // One subtree in the place of another.
  (place, random, places) => place.put(copyOf(random.pick(places).tree)),
  ({ tree }, random) => {
    if (tree.kind === 'object') renameOne(tree.members, random);
  },
  // Duplicate keys, with the same value or another.
  ({ tree }, random) => {
    if (tree.kind !== 'object' || tree.members.length === 0) return;
    const [name, value] = random.pick(tree.members);
    tree.members.push([name, random.chance(0.5) ? copyOf(value) : token(hostileLeaf(random))]);
  },
  ({ tree }, random) => {
    if (tree.kind === 'object') tree.members.splice(random.below(tree.members.length + 1), 1);
    if (tree.kind === 'list') tree.items.splice(random.below(tree.items.length + 1), 1);
  },
  ({ tree }, random) => {
    if (tree.kind === 'object') tree.members = random.shuffled(tree.members);
    if (tree.kind === 'list') tree.items = random.shuffled(tree.items);
  },
  ({ tree }, random) => {
    if (tree.kind === 'object') tree.members.push([random.pick(NAMES), token(hostileLeaf(random))]);
  },
];

function swapped(tree: Tree): Tree {
  if (tree.kind === 'list') return { kind: 'object', members: tree.items.map((item, at) => [String(at), item]) };
  if (tree.kind === 'object') return { kind: 'list', items: tree.members.map(([, member]) => member) };
  return token(tree.text.startsWith('"') ? String(tree.text.length) : JSON.stringify(tree.text));
}

function repeated(items: readonly Tree[], random: Random): Tree {
  const times = random.pick([2, 2, 3, 10, 50]);
  return {
    kind: 'list',
    items: Array.from({ length: times }, () => items.map(copyOf))
      .flat()
      .slice(0, 500),
  };
}

function renameOne(members: [string, Tree][], random: Random): void {
  if (members.length > 0) random.pick(members)[0] = random.pick(NAMES);
}

const BYTES = [
  0x00, 0x0a, 0x20, 0x22, 0x2c, 0x3a, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xc0, 0xed, 0xef, 0xf8, 0xff,
];

/** Changes bytes in one way, whatever they mean. */
export function mutateBytes(bytes: Buffer, random: Random, other: Buffer): Buffer {
  const at = random.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + random.pick([1, 1, 2, 4, 16, 100]));
  const cut = (...middle: Buffer[]): Buffer => Buffer.concat([bytes.subarray(0, at), ...middle, bytes.subarray(end)]);
  switch (random.below(7)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
      return flipped;
    }
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return cut();
    case 3:
      return cut(bytes.subarray(at, end), bytes.subarray(at, end));
    case 4:
      return cut(Buffer.from([random.pick(BYTES)]));
    case 5:
      return Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length + 1))]);
    default:
      return Buffer.concat([Buffer.from([random.pick(BYTES)]), bytes]);
  }
}
