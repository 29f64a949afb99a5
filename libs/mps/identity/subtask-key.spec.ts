import { createHash } from 'node:crypto';

import { contentForm } from '@mps-ledger/tasks';

import { subtaskKey } from './subtask-key';
import type { KeyMembers } from './subtask-key';

const first16 = (canonical: string): string => createHash('sha256').update(canonical).digest('hex').slice(0, 16);

describe('subtask key', () => {
  test('has three parts, the last ones empty where there is nothing to say', () => {
    expect(subtaskKey(null, 'Transcode', ['OutputObjectPath'], undefined)).toEqual({ key: 'Transcode::' });
    expect(subtaskKey(null, 'Transcode', ['OutputObjectPath'], { Definition: 20 })).toEqual({
      key: 'Transcode:20:',
      definition: '20',
    });
  });

  test('digests the key members that are present, and no others', () => {
    const input = { Definition: 20, OutputObjectPath: '/a', Priority: 3 };
    expect(subtaskKey(null, 'Transcode', ['StartTimeOffset', 'OutputObjectPath'], input).key).toBe(
      `Transcode:20:${first16('{"OutputObjectPath":"/a"}')}`,
    );
  });

  test('does not depend on the order of the key members', () => {
    const input = { A: 1, B: 2 };
    expect(subtaskKey(null, 'K', ['B', 'A'], input)).toEqual(subtaskKey(null, 'K', ['A', 'B'], { B: 2, A: 1 }));
  });

  test('takes Definition 10 and "10" for one', () => {
    const keys = [10, '10', 1e1].map((Definition) => subtaskKey(null, 'K', [], { Definition }).key);
    expect(new Set(keys)).toEqual(new Set(['K:10:']));
  });

  test('is made of the key form: defaults and secrets do not distinguish subtasks', () => {
    const key = (input: never, members: KeyMembers = ['OutputStorage', 'OutputObjectPath']) =>
      subtaskKey(null, 'K', members, contentForm(input)).key;
    const plain = { Definition: 5, OutputStorage: { Type: 'S3' }, OutputObjectPath: '/a' };
    const secret = { Type: 'S3', Region: '', S3OutputStorage: { S3SecretId: 'x', S3SecretKey: 'y' } };
    expect(key({ ...plain, OutputStorage: secret } as never)).toBe(key(plain as never));
    expect(key({ ...plain, Other: 0, Also: [{}] } as never, 'whole-input')).toBe(key(plain as never, 'whole-input'));
    expect(key({ OutputObjectPath: '', Definition: 0 } as never)).toBe('K::');
  });

  test.each([
    ['a:b', 'K:a%3Ab:'],
    ['a/b', 'K:a%2Fb:'],
    ['%3A', 'K:%253A:'],
    ['100%/:', 'K:100%25%2F%3A:'],
    ['%', 'K:%25:'],
    [':', 'K:%3A:'],
    ['//', 'K:%2F%2F:'],
    ['a b"\n', 'K:a b"\n:'],
    [{ b: 1, a: 'x' }, 'K:{"a"%3A"x","b"%3A1}:'],
  ])('escapes in Definition %j what could spell another key', (Definition, key) => {
    expect(subtaskKey(null, 'K', [], contentForm({ Definition })).key).toBe(key);
  });

  test('escapes in a kind what could spell another key', () => {
    expect(subtaskKey(null, 'A::/B', [], undefined).key).toBe('A%3A%3A%2FB::');
    expect(subtaskKey(null, 'A%3A', [], undefined).key).toBe('A%253A::');
  });

  test('stands below its parent', () => {
    expect(subtaskKey('Parent::', 'Child', [], { Definition: 10 }).key).toBe('Parent::/Child:10:');
  });

  test('distinguishes unknown kinds by their whole Input, besides Definition', () => {
    const key = (input: never) => subtaskKey(null, 'K', 'whole-input', input).key;
    expect(key({ Definition: 5, Factor: 2 } as never)).toBe(`K:5:${first16('{"Factor":2}')}`);
    expect(key({ Definition: 5 } as never)).toBe('K:5:');
    expect(key(['x'] as never)).toBe(`K::${first16('["x"]')}`);
    expect(key('x' as never)).toBe(`K::${first16('"x"')}`);
    expect(key(undefined as never)).toBe('K::');
  });

  test('ignores an Input of a known kind that is no object', () => {
    expect(subtaskKey(null, 'K', ['length', '0'], ['x'])).toEqual({ key: 'K::' });
    expect(subtaskKey(null, 'K', ['length', '0'], 'x')).toEqual({ key: 'K::' });
  });

  test('reads own members only', () => {
    expect(subtaskKey(null, 'K', ['constructor', 'toString'], {})).toEqual({ key: 'K::' });
  });
});
