import type { ShownSubtask } from '../api/answers';
import { groupsOf, inOrder } from './subtask-groups';

const subtask = (kind: string, status: ShownSubtask['status'], key = `${kind}:${status}`): ShownSubtask =>
  ({ key, kind, status }) as ShownSubtask;

const ALL = [subtask('A', 'succeeded'), subtask('B', 'succeeded'), subtask('B', 'failed'), subtask('A', 'processing')];

describe('many subtasks', () => {
  it('are by kind, those with failures first, with how many are in each state', () => {
    expect(groupsOf(ALL).map(({ kind, counts }) => [kind, counts])).toEqual([
      [
        'B',
        [
          ['failed', 1],
          ['succeeded', 1],
        ],
      ],
      [
        'A',
        [
          ['processing', 1],
          ['succeeded', 1],
        ],
      ],
    ]);
  });

  it('are all there, failed ones first, and otherwise in their order', () => {
    expect(inOrder(ALL).map(({ key }) => key)).toEqual(['B:failed', 'A:processing', 'A:succeeded', 'B:succeeded']);
    const many = Array.from({ length: 5000 }, (_, n) => subtask('K', n % 500 === 0 ? 'failed' : 'succeeded', `${n}`));
    expect(groupsOf(many)[0]?.subtasks).toHaveLength(5000);
  });
});
