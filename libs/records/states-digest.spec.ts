import { hash } from 'node:crypto';
import { StatesDigest } from './index';

const sha256 = (text: string) => hash('sha256', text);
const tasks = ['00aa01', '00aa02', '00ab03', 'ff0004'].map((key) => ({ key, digest: sha256(key) }));

describe('the digest over all states', () => {
  it('is that of the groups of tasks, each by the digest of its lines', () => {
    const digest = new StatesDigest();
    for (const { key, digest: state } of tasks) digest.add(key, state);
    const lines = (from: number, to: number) =>
      tasks
        .slice(from, to)
        .map(({ key, digest: state }) => `${key} ${state}\n`)
        .join('');
    const expected = `00aa ${sha256(lines(0, 2))}\n00ab ${sha256(lines(2, 3))}\nff00 ${sha256(lines(3, 4))}\n`;
    expect(digest.end()).toBe(sha256(expected));
  });

  it('is the same where a group is added by its digest', () => {
    const one = new StatesDigest();
    const other = new StatesDigest();
    for (const { key, digest } of tasks) one.add(key, digest);
    other.addGroup(
      '00aa',
      sha256(
        tasks
          .slice(0, 2)
          .map(({ key, digest }) => `${key} ${digest}\n`)
          .join(''),
      ),
    );
    for (const { key, digest } of tasks.slice(2)) other.add(key, digest);
    expect(other.end()).toBe(one.end());
  });

  it('differs where a state, a key or a task is another', () => {
    const of = (given: readonly { key: string; digest: string }[]) => {
      const digest = new StatesDigest();
      for (const { key, digest: state } of given) digest.add(key, state);
      return digest.end();
    };
    const changed = [tasks, tasks.slice(1), [], tasks.map((task) => ({ ...task, digest: sha256('x') }))];
    expect(new Set(changed.map(of)).size).toBe(4);
  });
});
