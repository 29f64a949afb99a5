import type { ShownSubtask } from '../api/answers';
import { CopyButton } from '../sample/copy-text';
import { StateMark } from '../states/state-mark';
import { stateOf } from '../states/task-state';
import { JsonText } from './json-text';
import { outputPlaces } from './outputs';
import { subtaskName } from './sentence';
import { valueWords } from './value-words';
import { WhyButton } from './why-button';

const ASKED = ['status', 'progress', 'error_code', 'error_code_ext', 'message'] as const;

/** Whether the same request may succeed later, in words. */
const retryWords = (retryable: boolean): string =>
  retryable ? 'The same request may succeed later.' : 'The same request would fail again.';

/** All that is known of a subtask. */
export function SubtaskPanel({ subtask }: { readonly subtask: ShownSubtask | null }) {
  if (subtask === null) return <p>This version of the task has no such subtask.</p>;
  const { key, error_class, error_note, retryable, contradicted, revised, ends, input, output } = subtask;
  return (
    <>
      <p class="panel-title">
        <StateMark state={stateOf(subtask)} /> <bdi>{subtaskName(subtask)}</bdi>
      </p>
      {error_class !== null && error_class !== 'unknown' && (
        <p>
          Whose error: {error_class.replace('-', ' ')}. {retryable !== null && retryWords(retryable)}
        </p>
      )}
      {error_note !== null && <p>{error_note}</p>}
      {contradicted && (
        <p>
          Claims about its end cannot all be true. <WhyButton value="contradicted" subtask={key} />
        </p>
      )}
      {revised && (
        <p>
          Claims agree on its end and differ in its output. <WhyButton value="revised" subtask={key} />
        </p>
      )}
      <SubtaskValues subtask={subtask} />
      <OutputPlaces output={output} />
      {ends.length > 0 && <JsonText title="Claims about its end, the one that counts first" value={ends} />}
      <AskedJson title="Input" name="input" value={input} subtask={key} />
      <AskedJson title="Output" name="output" value={output} subtask={key} />
    </>
  );
}

function SubtaskValues({ subtask }: { readonly subtask: ShownSubtask }) {
  const { key } = subtask;
  return (
    <dl class="values">
      {ASKED.map((name) => (
        <div key={name}>
          <dt>{name.replaceAll('_', ' ')}</dt>
          <dd>
            <bdi>{valueWords(subtask[name])}</bdi>
            {subtask[name] !== null && <WhyButton value={name} subtask={key} />}
          </dd>
        </div>
      ))}
      <div>
        <dt>key</dt>
        <dd>
          <bdi>{key}</bdi>
        </dd>
      </div>
    </dl>
  );
}

interface AskedJsonProps {
  readonly title: string;
  readonly name: string;
  readonly value: unknown;
  /** The key of the subtask whose value it is. */
  readonly subtask: string;
}

/** A long value that can be asked why; nothing where there is none. */
function AskedJson({ title, name, value, subtask }: AskedJsonProps) {
  if (value === null) return null;
  return (
    <JsonText title={title} value={value}>
      <WhyButton value={name} subtask={subtask} />
    </JsonText>
  );
}

/** Where its files are, to copy. */
function OutputPlaces({ output }: { readonly output: unknown }) {
  const places = outputPlaces(output);
  if (places.length === 0) return null;
  return (
    <ul class="places" aria-label="Output files">
      {places.map((place) => (
        <li key={place}>
          <bdi class="place">{place}</bdi>
          <CopyButton text={place} />
        </li>
      ))}
    </ul>
  );
}
