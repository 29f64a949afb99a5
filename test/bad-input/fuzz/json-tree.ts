import type { Random } from '../../../apps/simulator/random';

/** JSON that may say a name twice and hold tokens as they are spelled. Changed in place. */
export type Tree =
  { kind: 'token'; text: string } | { kind: 'list'; items: Tree[] } | { kind: 'object'; members: [string, Tree][] };

export const token = (text: string): Tree => ({ kind: 'token', text });

export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(treeOf) };
  if (typeof value !== 'object' || value === null) return token(JSON.stringify(value));
  return { kind: 'object', members: Object.entries(value).map(([name, member]) => [name, treeOf(member)]) };
}

export function copyOf(tree: Tree): Tree {
  if (tree.kind === 'token') return { kind: 'token', text: tree.text };
  if (tree.kind === 'list') return { kind: 'list', items: tree.items.map(copyOf) };
  return { kind: 'object', members: tree.members.map(([name, member]) => [name, copyOf(member)]) };
}

/** Spells a tree; with `loose`, with white space and needless escapes here and there. */
export function spell(tree: Tree, random: Random, loose: boolean): string {
  const space = (): string => (loose && random.chance(0.05) ? random.pick([' ', '\n', '\t\r', '   ']) : '');
  const name = (text: string): string => {
    const plain = JSON.stringify(text);
    return loose && random.chance(0.02) ? escaped(text) : plain;
  };
  const go = (node: Tree): string => {
    switch (node.kind) {
      case 'token':
        return space() + node.text + space();
      case 'list':
        return `[${node.items.map(go).join(',')}]`;
      case 'object':
        return `{${node.members.map(([key, member]) => `${space()}${name(key)}${space()}:${go(member)}`).join(',')}}`;
    }
    return node satisfies never;
  };
  return go(tree);
}

function escaped(text: string): string {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0'));
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`;
}

/** A place in a tree: what stands there, and how to put something else there. */
export interface Place {
  readonly tree: Tree;
  readonly put: (tree: Tree) => void;
}

/** All places below the top, the top left out. */
export function placesIn(top: Tree): Place[] {
  const places: Place[] = [];
  const visit = (tree: Tree): void => {
    if (tree.kind === 'list')
      tree.items.forEach((item, at) => {
        places.push({ tree: item, put: (other) => (tree.items[at] = other) });
        visit(item);
      });
    if (tree.kind === 'object')
      for (const member of tree.members) {
        places.push({ tree: member[1], put: (other) => (member[1] = other) });
        visit(member[1]);
      }
  };
  visit(top);
  return places;
}
