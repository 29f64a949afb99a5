import { useMemo } from 'preact/hooks';
import type { ShownSubtask } from '../api/answers';
import { StateMark } from '../states/state-mark';
import { stateOf } from '../states/task-state';
import type { Spans } from './spans';
import { groupsOf, inOrder, MOST_UNGROUPED, type SubtaskGroup } from './subtask-groups';
import { SubtaskRow } from './subtask-row';
import { useRowHeight, VirtualRows } from './virtual-rows';

interface SubtaskSectionProps {
  readonly subtasks: readonly ShownSubtask[];
  /** The provider's times, where there are any. */
  readonly spans: Spans | null;
}

/** The subtasks: failed ones first; by kind where there are many. */
export function SubtaskSection({ subtasks, spans }: SubtaskSectionProps) {
  const groups = useMemo(() => (subtasks.length > MOST_UNGROUPED ? groupsOf(subtasks) : null), [subtasks]);
  if (subtasks.length === 0)
    return (
      <section class="section" aria-label="Subtasks">
        <h2>Subtasks</h2>
        <p class="muted">None was reported.</p>
      </section>
    );
  return (
    <section class="section" aria-label="Subtasks">
      <h2>
        Subtasks <span class="count-weak">{subtasks.length.toLocaleString('en')}</span>
      </h2>
      {groups !== null ? (
        groups.map((group) => <Group key={group.kind} group={group} spans={spans} />)
      ) : (
        <ul class="subtasks">
          {inOrder(subtasks).map((subtask) => (
            <li key={subtask.key}>
              <SubtaskRow subtask={subtask} spans={spans} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Group({
  group: { kind, subtasks, counts },
  spans,
}: {
  readonly group: SubtaskGroup;
  readonly spans: Spans | null;
}) {
  const rowHeight = useRowHeight(40, 64);
  const hasFailed = counts.some(([status]) => status === 'failed');
  return (
    <details class="group" open={hasFailed}>
      <summary>
        <bdi class="group-kind">{kind}</bdi>
        {counts.map(([status, count]) => (
          <span key={status} class="group-count">
            {count.toLocaleString('en')} <StateMark state={stateOf({ status })} />
          </span>
        ))}
      </summary>
      <VirtualRows
        count={subtasks.length}
        rowHeight={rowHeight}
        label={`Subtasks of ${kind}`}
        row={(index) => {
          const subtask = subtasks[index];
          return subtask === undefined ? null : <SubtaskRow subtask={subtask} spans={spans} />;
        }}
      />
    </details>
  );
}
