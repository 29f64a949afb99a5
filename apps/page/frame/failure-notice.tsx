import type { ReadFailure, ShownProblem } from '../api/problem';
import { keyWanted } from '../api/key';

interface FailureNoticeProps {
  readonly failure: ReadFailure;
  readonly retry: () => void;
}

/** What could not be read, in the API's own words, and what to do. */
export function FailureNotice({ failure: { problem, message }, retry }: FailureNoticeProps) {
  return (
    <section class="notice" role="alert">
      <h2>{problem === null ? 'The server does not answer' : problem.title}</h2>
      <p>{problem === null ? 'Look whether it runs and can be reached from here, then try again.' : message}</p>
      {problem !== null && problem.errors.length > 0 && (
        <ul>
          {problem.errors.map(({ where, detail }) => (
            <li key={where}>
              <code>{where.replace(/^query\./, '')}</code>: {detail}
            </li>
          ))}
        </ul>
      )}
      {problem !== null && <Advice problem={problem} />}
      <div class="field-row">
        <button class="button" type="button" onClick={retry}>
          Try again
        </button>
        {problem?.status === 403 && (
          <button class="button" type="button" onClick={() => keyWanted.set(problem.detail)}>
            Use another key
          </button>
        )}
        {problem !== null && <span class="muted notice-code">{problem.code}</span>}
      </div>
    </section>
  );
}

/** What to do, where the API's words are for those who call it. */
function Advice({ problem: { code, status } }: { readonly problem: ShownProblem }) {
  if (code === 'search-off')
    return (
      <p>
        Search is switched off on this server. Remove what is searched for; the other filters work without. To switch it
        on, add <code>search</code> to <code>OPTIONAL_PROJECTIONS</code> and start the programs again.
      </p>
    );
  if (status === 429) return <p>The page has waited and asked again several times. Wait a little, then try again.</p>;
  if (status >= 500) return <p>The page tries again by itself.</p>;
  return null;
}
