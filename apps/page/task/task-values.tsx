import type { ShownTask } from '../api/answers';
import { Time } from '../time/time';
import { JsonText } from './json-text';
import { valueWords } from './value-words';
import { WhyButton } from './why-button';

/** Values of a task that events set: each can be asked why. */
const ASKED = [
  'kind',
  'status',
  'outcome',
  'error_code',
  'message',
  'confirmation',
  'session_id',
  'session_context',
] as const;

/** All that is known of a task itself. */
export function TaskValues({ task }: { readonly task: ShownTask }) {
  return (
    <section class="section" aria-label="Values">
      <h2>Values</h2>
      <dl class="values">
        <div>
          <dt>account</dt>
          <dd>{task.account}</dd>
        </div>
        {ASKED.map((name) => (
          <div key={name}>
            <dt>{name.replaceAll('_', ' ')}</dt>
            <dd>
              <bdi>{valueWords(task[name])}</bdi>
              {task[name] !== null && <WhyButton value={name} />}
            </dd>
          </div>
        ))}
        <div>
          <dt>first received</dt>
          <dd>
            <Time at={task.first_received} />
          </dd>
        </div>
        <div>
          <dt>updated</dt>
          <dd>
            <Time at={task.updated} />
          </dd>
        </div>
      </dl>
      <div class="folds">
        <Fold title="Input" name="input" value={task.input} />
        <Fold title="Output" name="output" value={task.output} />
        <Fold title="Metadata" name="metadata" value={task.metadata} />
      </div>
    </section>
  );
}

/** A value that is long, opened by a click; nothing where there is none. */
function Fold({ title, name, value }: { readonly title: string; readonly name: string; readonly value: unknown }) {
  if (value === null) return null;
  return (
    <details class="fold">
      <summary>{title}</summary>
      <JsonText title={title} value={value}>
        <WhyButton value={name} />
      </JsonText>
    </details>
  );
}
