import type { ShownSubtask } from '../api/answers';
import { Link, useAddress } from '../routing/router';
import { StateMark } from '../states/state-mark';
import { stateOf } from '../states/task-state';
import { durationWords } from '../time/words';
import { outputPlaces } from './outputs';
import { subtaskName } from './sentence';
import type { Spans } from './spans';
import { withPanel } from './task-address';

interface SubtaskRowProps {
  readonly subtask: ShownSubtask;
  readonly spans: Spans | null;
}

/** A subtask in one line: its state, what it is, how it ended, when it ran. The whole row opens its details. */
export function SubtaskRow({ subtask, spans }: SubtaskRowProps) {
  const address = useAddress();
  const name = subtaskName(subtask);
  return (
    <div class={`subtask row-frame${spans === null ? ' subtask-untimed' : ''}`}>
      <StateMark state={stateOf(subtask)} />
      <Link class="row-link" to={withPanel(address, { of: 'subtask', key: subtask.key })}>
        <bdi class="one-line" title={subtask.key}>
          {name}
        </bdi>
      </Link>
      <span class="one-line subtask-end">
        <EndWords subtask={subtask} />
      </span>
      {spans !== null && <TimeBar spans={spans} subtaskKey={subtask.key} />}
    </div>
  );
}

/** How it ended, or how far it is. */
function EndWords({ subtask }: { readonly subtask: ShownSubtask }) {
  const { status, error_code: code, error_code_ext: ext, message, progress, output, superseded, twins } = subtask;
  const twin = twins === null ? '' : `${twins.total} alike, ${twins.failed} failed · `;
  if (status === 'failed') {
    const parts = [code === null ? null : `code ${code}`, ext, message].filter((part) => part !== null && part !== '');
    return <bdi title={parts.join(' · ')}>{`${twin}${parts.join(' · ')}`}</bdi>;
  }
  if (superseded) return <span class="muted">superseded: taken for another subtask, not counted</span>;
  const [place] = outputPlaces(output);
  if (status === 'succeeded')
    return (
      <bdi class="muted" title={place}>
        {twin}
        {place ?? ''}
      </bdi>
    );
  return <span class="muted">{progress === null ? '' : `${progress} %`}</span>;
}

/** When it ran, as a bar within the time of all subtasks; nothing where the provider gives no times. */
function TimeBar({ spans, subtaskKey }: { readonly spans: Spans; readonly subtaskKey: string }) {
  const span = spans.bySubtask.get(subtaskKey);
  if (span === undefined) return <span class="time-bar" />;
  const { from, to } = spans.whole;
  const part = (ms: number): number => (100 * ms) / (to - from);
  const style = { left: `${part(span.from - from)}%`, width: `max(2px, ${part(span.to - span.from)}%)` };
  const words = durationWords(span.to - span.from);
  const times = [span.from, span.to].map((ms) => new Date(ms).toISOString()).join('\n');
  return (
    <span class="time-bar" title={times}>
      <span class="time-track" aria-hidden="true">
        <span class="time-span" style={style} />
      </span>
      <span class="time-words">{words}</span>
    </span>
  );
}
