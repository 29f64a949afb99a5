import { useRef } from 'preact/hooks';
import type { ListedRow } from '../api/answers';
import { useKeys } from '../frame/keys';
import { viewAddress } from '../routing/address';
import { addressNow, Link } from '../routing/router';
import { StateMark } from '../states/state-mark';
import { stateOf } from '../states/task-state';
import { TaskName } from '../states/task-name';
import { Time } from '../time/time';
import { failureWords } from './failure-words';
import { MOST_WAITING, rowKey } from './live-rows';

interface TaskRowsProps {
  readonly rows: readonly ListedRow[];
  /** New tasks that are not among the rows. */
  readonly waiting: number;
  readonly onRenew: () => void;
  readonly isReading: boolean;
}

/** The rows of the list. `j` and `k` walk over them, `Enter` opens one, `n` shows new ones. */
export function TaskRows({ rows, waiting, onRenew, isReading }: TaskRowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const links = (): HTMLAnchorElement[] => [...(list.current?.querySelectorAll<HTMLAnchorElement>('a.row-link') ?? [])];
  const step = (by: number): void => {
    const all = links();
    const at = all.findIndex((link) => link === document.activeElement);
    all[at === -1 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
  };
  const renew = (): void => {
    onRenew();
    scrollTo(0, 0);
  };
  useKeys({ j: () => step(1), k: () => step(-1), n: renew });
  return (
    <section class="rows-frame" aria-label="Tasks" aria-busy={isReading}>
      <div class="rows-head" aria-hidden="true">
        <span>State</span>
        <span>Task</span>
        <span>What failed</span>
        <span>Kind</span>
        <span>Received</span>
      </div>
      <div role="status">
        {waiting > 0 && (
          <button class="new-rows" type="button" onClick={renew}>
            {waiting >= MOST_WAITING ? `${MOST_WAITING.toLocaleString('en')} or more` : waiting} new
          </button>
        )}
      </div>
      <ul class="rows" ref={list}>
        {rows.map((row) => (
          <TaskRow key={rowKey(row)} row={row} />
        ))}
      </ul>
    </section>
  );
}

function TaskRow({ row }: { readonly row: ListedRow }) {
  const { task_id, account, kind, first_received } = row;
  const failure = failureWords(row);
  return (
    <li class="row">
      <StateMark state={stateOf(row)} />
      <span class="row-task">
        <Link
          class="row-link"
          aria-label={task_id}
          to={viewAddress(addressNow(), 'task', { account: [account], task: [task_id] })}
        >
          <TaskName id={task_id} />
        </Link>
        <Notes row={row} />
      </span>
      <span class="row-failure">
        {failure !== null && (
          <bdi title={`${failure.what}\n${failure.more}`}>
            {failure.what}
            {failure.more !== '' && <span class="muted"> · {failure.more}</span>}
          </bdi>
        )}
      </span>
      <span class="row-kind">{kind}</span>
      <span class="row-time">
        <Time at={first_received} />
      </span>
    </li>
  );
}

/** What makes a task doubtful, as words. */
function Notes({ row: { confirmation, contradicted, parked, incomplete } }: { readonly row: ListedRow }) {
  return (
    <>
      {contradicted && <span class="note">contradicted</span>}
      {parked > 0 && <span class="note">{parked} parked</span>}
      {incomplete && <span class="note">incomplete</span>}
      {confirmation === 'unconfirmed' && <span class="note note-weak">unconfirmed</span>}
    </>
  );
}
