import type { ShownTask } from '../api/answers';
import { addressOf } from '../api/client';
import { apiKey } from '../api/key';
import { useShared } from '../api/store';
import { viewAddress, withParameters } from '../routing/address';
import { formatAddress } from '../routing/address';
import { Link, useAddress } from '../routing/router';
import { CopyButton } from '../sample/copy-text';
import { StateMark } from '../states/state-mark';
import { stateOf } from '../states/task-state';
import { Time } from '../time/time';
import type { HistoryEntry } from './history-entry';
import { taskSentence } from './sentence';
import { WhyButton } from './why-button';

interface TaskHeadProps {
  readonly task: ShownTask;
  readonly isPast: boolean;
  readonly entries: readonly HistoryEntry[];
}

/** What the task is, and in a sentence what happened and why. */
export function TaskHead({ task, isPast, entries }: TaskHeadProps) {
  const address = useAddress();
  const ended = task.status === 'finished' ? endOf(entries) : null;
  return (
    <section class="task-head" aria-label="Task">
      <Link class="back" to={viewAddress(address, 'tasks')}>
        ← Tasks
      </Link>
      <h1>
        <bdi class="task-id">{task.task_id}</bdi>
      </h1>
      <p class="sentence">
        <StateMark state={stateOf(task)} />
        {ended !== null && (
          <span class="muted">
            <Time at={ended} />
          </span>
        )}
        <bdi>{taskSentence(task)}</bdi>
        <WhyButton value={task.outcome === null ? 'status' : 'outcome'} />
      </p>
      <Doubts task={task} />
      <div class="task-actions">
        <CopyButton text={task.task_id} label="Copy id" />
        <CurlButton task={task} isPast={isPast} />
        <CopyButton
          text={
            new URL(formatAddress(withParameters(address, { version: String(task.version) })), document.baseURI).href
          }
          label={`Copy link to version ${task.version}`}
        />
      </div>
    </section>
  );
}

/** When the notification was received that said that it has ended; null where it is not among what is loaded. */
const endOf = (entries: readonly HistoryEntry[]): string | null =>
  entries.find(({ type }) => type === 'task.finished')?.received ?? null;

function CurlButton({ task: { account, task_id, version }, isPast }: Pick<TaskHeadProps, 'task' | 'isPast'>) {
  const key = useShared(apiKey) === null ? '' : ` -H "Authorization: Bearer $KEY"`;
  const query = { account, ...(isPast && { at_version: version }) };
  const url = addressOf(`v1/tasks/${encodeURIComponent(task_id)}`, query);
  return <CopyButton text={`curl${key} '${url.replaceAll("'", '%27')}'`} label="Copy as curl" />;
}

/** What makes the answer doubtful, in words. */
function Doubts({ task }: { readonly task: ShownTask }) {
  const doubts = [
    task.contradicted && 'Contradicted: claims about an end cannot all be true. The timeline has all of them.',
    task.confirmation === 'unconfirmed' && 'Unconfirmed: its end was heard only unsigned or from a file.',
    task.revised && 'Revised: claims agree on the end and differ in its output.',
    task.incomplete && 'Incomplete: part of a large notification is applied, the rest comes in a moment.',
    task.parked > 0 &&
      `${task.parked} ${task.parked === 1 ? 'event' : 'events'} could not be applied: the timeline says why.`,
    task.error_note !== null && `About the code: ${task.error_note}`,
  ].filter((doubt) => doubt !== false);
  if (doubts.length === 0) return null;
  return (
    <ul class="doubts">
      {doubts.map((doubt) => (
        <li key={doubt}>{doubt}</li>
      ))}
    </ul>
  );
}
