import * as fc from 'fast-check';
import { applyPatch } from 'rfc6902';
import { anyEvent, checkProperty } from '@mps-ledger/spec-kit';
import { fold, initialState } from '@mps-ledger/tasks';
import type { TaskEvent } from '@mps-ledger/tasks';
import { patchBetween } from './json-patch';
import type { PatchOperation } from './json-patch';
import { describedAnswer } from './task-answer';
import type { TaskAnswer } from './task-answer';

const ABOUT = {
  ...{ account: 'default', taskId: 'a', parked: 0, incomplete: false, tag: 'x', place: { partition: 0, offset: 1 } },
  ...{ firstReceived: '2026-11-22T09:00:00.000Z', updated: '2026-11-22T09:00:00.000Z' },
};

function answer(events: readonly TaskEvent[], version: number): TaskAnswer {
  const described = describedAnswer({ ...ABOUT, version }, fold(initialState, events));
  return JSON.parse(JSON.stringify(described)) as TaskAnswer;
}

/** Applies a patch as RFC 6902 says, also below names that libraries refuse. */
function applied(document: TaskAnswer, patch: readonly PatchOperation[]): unknown {
  const result = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
  for (const operation of patch) {
    const tokens = operation.path.split('/').slice(1);
    const names = tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = names.pop() ?? '';
    const parent = names.reduce<Record<string, unknown>>((at, name) => at[name] as Record<string, unknown>, result);
    if (!Array.isArray(parent)) {
      if (operation.op === 'remove') Reflect.deleteProperty(parent, last);
      else parent[last] = operation.value;
    } else if (operation.op === 'remove') parent.splice(Number(last), 1);
    else parent.splice(Number(last), operation.op === 'add' ? 0 : 1, operation.value);
  }
  return result;
}

/** Members of objects have no order. */
const sorted = (value: unknown): unknown =>
  typeof value !== 'object' || value === null
    ? value
    : Array.isArray(value)
      ? value.map(sorted)
      : Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, member]) => [name, sorted(member)]);

describe('the patch between two answers about a task', () => {
  const events = fc.array(anyEvent, { maxLength: 15 });

  it('turns one into the other, forwards and backwards', () => {
    checkProperty(
      fc.property(events, events, (first, more) => {
        const [one, other] = [answer(first, 1), answer([...first, ...more], 2)];
        expect(sorted(applied(one, patchBetween(one, other)))).toEqual(sorted(other));
        expect(sorted(applied(other, patchBetween(other, one)))).toEqual(sorted(one));
      }),
      300,
    );
  });

  it('names no path that libraries refuse, and is applied by one', () => {
    checkProperty(
      fc.property(events, events, (first, more) => {
        const [one, other] = [answer(first, 1), answer([...first, ...more], 2)];
        const patch = patchBetween(one, other);
        expect(applyPatch(one, [...patch]).filter((result) => result !== null)).toEqual([]);
        expect(patch.filter(({ path }) => /\/(?:__proto__|constructor|prototype)(?:\/|$)/.test(path))).toEqual([]);
      }),
      300,
    );
  });

  it('is empty between equal answers, and small where one subtask is new among many', () => {
    const done = (definition: number) =>
      ({
        ...{ id: String(definition), type: 'subtask.succeeded', occurred: null },
        hearing: { trust: 'queue', received: 'r', causationId: 'n', rawOffset: 1, mapper: 'mps1' },
        data: { account: 'default', task_id: 'a', key: `Transcode:${definition}:`, kind: 'Transcode' },
      }) as unknown as TaskEvent;
    const many = Array.from({ length: 500 }, (_, i) => done(1_000 + i));
    expect(patchBetween(answer(many, 1), answer(many, 1))).toEqual([]);
    const patch = patchBetween(answer(many, 1), answer([...many, done(0)], 1));
    expect(patch).toMatchObject([
      { op: 'replace', path: '/state_digest' },
      { op: 'add', path: '/subtasks/0' },
    ]);
  });

  it('replaces lists and objects of very many members as a whole', () => {
    const members = (value: number) => Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`m${i}`, value]));
    const with_ = (output: unknown) => ({ ...answer([], 1), output }) as TaskAnswer;
    expect(patchBetween(with_(members(1)), with_(members(2))).map(({ op, path }) => [op, path])).toEqual([
      ['replace', '/output'],
    ]);
    expect(patchBetween(with_({ a: [1, 2] }), with_({ a: [0, 1, 2] }))).toEqual([
      { op: 'replace', path: '/output/a', value: [0, 1, 2] },
    ]);
  });
});
