import type { ReadFailure } from '../api/problem';

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
      <button class="button" type="button" onClick={retry}>
        Try again
      </button>
      {problem !== null && <span class="muted notice-code">{problem.code}</span>}
    </section>
  );
}
