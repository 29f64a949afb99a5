import type { AnswerOf, QueryOf, ShownTask } from '../api/answers';
import { read } from '../api/client';
import { useLoaded } from '../api/use-loaded';
import { Time } from '../time/time';
import { eventWords, TRUST_WORDS } from './event-words';
import { saidWords, valueWords } from './value-words';
import { LOST_WORDS, RULE_WORDS } from './why-words';

type Explained = AnswerOf<'getTaskWhy'>['items'][number];

interface WhyPanelProps {
  readonly task: ShownTask;
  readonly value: string;
  readonly subtask: string | null;
  readonly version: number | null;
}

/** Why a value is what it is: what set it, by which rule, and what lost against it. */
export function WhyPanel({ task: { account, task_id, version: shown }, value, subtask, version }: WhyPanelProps) {
  const { value: items, failure } = useLoaded(
    async (signal) => {
      // As it is in the address: the API says what is wrong with it.
      const asked = value as NonNullable<QueryOf<'getTaskWhy'>['value']>;
      const at = version === null ? {} : { at_version: version };
      const query = { account, value: asked, ...(subtask !== null && { subtask }), ...at };
      const { body } = await read('getTaskWhy', { id: task_id, query, signal });
      return body.items.filter((item) => item.subtask === subtask);
    },
    [account, task_id, value, subtask, version, shown],
  );
  if (failure !== null) return <p role="alert">{failure.message}</p>;
  if (items === null) return <p class="muted">Loading…</p>;
  if (items.length === 0) return <p>No event says anything of it.</p>;
  return (
    <>
      {items.map((item, at) => (
        <ExplainedValues key={at} item={item} />
      ))}
    </>
  );
}

function ExplainedValues({
  item: { values, shown, rule, because, set_by, lost, lost_count },
}: {
  readonly item: Explained;
}) {
  return (
    <section class="explained">
      <dl class="values">
        {values.map((name) => (
          <div key={name}>
            <dt>{name.replaceAll('_', ' ')}</dt>
            <dd>
              <bdi>{name in shown ? valueWords(shown[name]) : 'long: the event has it'}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <p>
        {RULE_WORDS[rule] ?? rule} {because}
      </p>
      {set_by !== null && (
        <>
          <h3>It was set by</h3>
          <Source source={set_by} />
        </>
      )}
      {lost.length > 0 && <Losers lost={lost} count={lost_count} />}
    </section>
  );
}

function Losers({ lost, count }: { readonly lost: Explained['lost']; readonly count: number }) {
  return (
    <>
      <h3>Lost against it{count > lost.length ? `, the first ${lost.length} of ${count}` : ''}</h3>
      <ul>
        {lost.map((source) => (
          <li key={source.position}>
            <Source source={source} />
            <p class="muted">because {LOST_WORDS[source.lost_by] ?? source.lost_by}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

type Said = NonNullable<Explained['set_by']>;

function Source({ source: { type, received, trust, said, said_is_long } }: { readonly source: Said }) {
  return (
    <p class="source">
      <strong>{eventWords({ type, data: {} }).what}</strong>, received <Time at={received} />,{' '}
      {TRUST_WORDS[trust]?.[0] ?? trust}
      <bdi class="source-said">{said_is_long ? 'what it says is long: the event has it' : saidWords(said)}</bdi>
    </p>
  );
}
