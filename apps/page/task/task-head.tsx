import type { ShownTask } from '../api/answers';
import { addressOf } from '../api/client';
import { apiKey } from '../api/key';
import { useShared } from '../api/store';
import { formatAddress, withParameters } from '../routing/address';
import { Link, listAddress, useAddress } from '../routing/router';
import { CopyButton } from '../sample/copy-text';
import { StateMark } from '../states/state-mark';
import { stateOf } from '../states/task-state';
import { Time } from '../time/time';
import { taskSentence } from './sentence';
import { WhyButton } from './why-button';

interface TaskHeadProps {
  readonly task: ShownTask;
  readonly isPast: boolean;
  /** When the notification was received that said that it has ended; null where that is not known. */
  readonly ended: string | null;
}

/** What the task is, and in a sentence what happened and why. */
export function TaskHead({ task, isPast, ended: heard }: TaskHeadProps) {
  const address = useAddress();
  const ended = task.status === 'finished' ? heard : null;
  return (
    <section class="task-head" aria-label="Task">
      <Link class="back" to={listAddress(address)}>
        ← Tasks
      </Link>
      <h1>
        <bdi class="task-id">{task.task_id}</bdi>
      </h1>
      <p class="sentence">
        <StateMark state={stateOf(task)} />
        {task.status === 'finished' && (
          <span class="muted">
            Finished{ended !== null && ' '}
            {ended !== null && <Time at={ended} />},
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

function CurlButton({ task: { account, task_id, version }, isPast }: Pick<TaskHeadProps, 'task' | 'isPast'>) {
  const key = useShared(apiKey) === null ? '' : ` -H "Authorization: Bearer $KEY"`;
  const query = { account, ...(isPast && { at_version: version }) };
  const url = addressOf(`v1/tasks/${encodeURIComponent(task_id)}`, query);
  return <CopyButton text={`curl${key} '${url.replaceAll("'", '%27')}'`} label="Copy as curl" />;
}

/** What makes the answer doubtful, in words, with the value that can be asked why. */
function doubtsOf(task: ShownTask): readonly (readonly [words: string, value: string | null])[] {
  const { contradicted, confirmation, revised, incomplete, parked, error_note: note } = task;
  const parkedWords = `${parked} ${parked === 1 ? 'event' : 'events'} could not be applied: the timeline says why.`;
  const all: readonly (readonly [boolean, string, string | null])[] = [
    [contradicted, 'Contradicted: claims about an end cannot all be true.', 'contradicted'],
    [confirmation === 'unconfirmed', 'Unconfirmed: its end was heard only unsigned or from a file.', 'confirmation'],
    [revised, 'Revised: claims agree on the end and differ in its output.', 'revised'],
    [incomplete, 'Incomplete: part of a large notification is applied, the rest comes in a moment.', null],
    [parked > 0, parkedWords, null],
    [note !== null, `About the code: ${note ?? ''}`, 'error_note'],
  ];
  return all.flatMap(([isSo, words, value]) => (isSo ? [[words, value] as const] : []));
}

function Doubts({ task }: { readonly task: ShownTask }) {
  const doubts = doubtsOf(task);
  if (doubts.length === 0) return null;
  return (
    <ul class="doubts">
      {doubts.map(([words, value]) => (
        <li key={words}>
          {words} {value !== null && <WhyButton value={value} />}
        </li>
      ))}
    </ul>
  );
}
