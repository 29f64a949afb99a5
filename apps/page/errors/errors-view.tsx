import { useState } from 'preact/hooks';
import type { AnswerOf, FailureGroup } from '../api/answers';
import { read } from '../api/client';
import { usePolled } from '../api/use-loaded';
import { Polled } from '../frame/polled';
import { useStableOrder } from '../frame/stable-order';
import { viewAddress, type AddressParameters } from '../routing/address';
import { addressNow, Link } from '../routing/router';
import { TaskName } from '../states/task-name';
import { beginOf, hoursOf } from '../time/period';
import { PeriodSwitch, usePeriod } from '../time/period-switch';
import { Time } from '../time/time';
import { groupWords } from './group-words';
import { Sparkline } from './sparkline';

const READ_EVERY_MS = 10_000;
const MOST_GROUPS = 100;

/** What fails, in groups: how often, since when, and which tasks to look at. */
export function ErrorsView() {
  const period = usePeriod();
  const loaded = usePolled(
    async (signal) => {
      const query = { ended_after: beginOf(period, Date.now()), limit: MOST_GROUPS };
      return (await read('listErrors', { query, signal })).body;
    },
    READ_EVERY_MS,
    [period],
  );
  return (
    <>
      <div class="view-head">
        <h1>Errors</h1>
        <PeriodSwitch />
      </div>
      <Polled loaded={loaded}>{(list) => <Groups list={list} hours={hoursOf(period, Date.now())} />}</Polled>
    </>
  );
}

interface GroupsProps {
  readonly list: AnswerOf<'listErrors'>;
  readonly hours: readonly number[];
}

function Groups({ list, hours }: GroupsProps) {
  const { failures, groups } = list;
  const items = useStableOrder(list.items, ({ id }) => id, list.ended_after ?? '');
  if (items.length === 0) return <p class="muted">Nothing failed in this time.</p>;
  return (
    <>
      <p class="muted">
        {failures.toLocaleString('en')} failures in {groups.toLocaleString('en')} {groups === 1 ? 'group' : 'groups'}
        {items.length < groups && `; the ${items.length} with most of them`}
        {list.shortened && list.ended_after !== null && (
          <>
            . There are more than are counted at once: only those since <Time at={list.ended_after} />
          </>
        )}
      </p>
      <div class="groups-head" aria-hidden="true">
        <span>Failures</span>
        <span>What failed</span>
        <span>Why</span>
        <span>By time</span>
        <span>Last</span>
      </div>
      <ul class="error-groups">
        {items.map((group) => (
          <GroupRow key={group.id} group={group} hours={hours} />
        ))}
      </ul>
    </>
  );
}

function GroupRow({ group, hours }: { readonly group: FailureGroup; readonly hours: readonly number[] }) {
  const [isOpen, setOpen] = useState(false);
  const { what, why, message, retry } = groupWords(group);
  return (
    <li class="error-group">
      <div class="error-line row-frame">
        <span class="error-count">{group.count.toLocaleString('en')}</span>
        <button class="row-button" type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <bdi class="one-line">{what}</bdi>
          <span class="muted error-kind">{group.kind}</span>
        </button>
        <span class="one-line error-why">
          <bdi title={`${why}\n${message}`}>
            {why}
            {message !== '' && <span class="muted"> · {message}</span>}
          </bdi>
          {retry !== null && <span class="note note-weak">{retry}</span>}
        </span>
        <Sparkline group={group} hours={hours} />
        <span class="muted row-time">
          <Time at={group.last_seen} />
        </span>
      </div>
      {isOpen && <GroupDetails group={group} />}
    </li>
  );
}

/** The tasks to look at, and the list of all that have the code. */
function GroupDetails({ group }: { readonly group: FailureGroup }) {
  const { kind, error_code: code, first_seen, sample_tasks } = group;
  const filter: AddressParameters =
    code === null ? { outcome: ['failed', 'partially-failed'] } : { error_code: [String(code)] };
  return (
    <div class="error-details">
      <p class="muted">
        First seen <Time at={first_seen} />, last seen <Time at={group.last_seen} />
      </p>
      <ul>
        {sample_tasks.map(({ account, task_id }) => (
          <li key={`${account} ${task_id}`}>
            <Link
              class="sample-task"
              to={viewAddress(addressNow(), 'task', { account: [account], task: [task_id] })}
              aria-label={task_id}
            >
              <TaskName id={task_id} />
            </Link>
          </li>
        ))}
      </ul>
      <Link class="button button-small" to={viewAddress(addressNow(), 'tasks', { kind: [kind], ...filter })}>
        All {kind} tasks {code === null ? 'that failed' : `with code ${code}`}
      </Link>
    </div>
  );
}
