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
      <div class="jsons">
        {task.input !== null && <JsonText title="Input" value={task.input} />}
        {task.output !== null && <JsonText title="Output" value={task.output} />}
        {task.metadata !== null && <JsonText title="Metadata" value={task.metadata} />}
      </div>
    </section>
  );
}
