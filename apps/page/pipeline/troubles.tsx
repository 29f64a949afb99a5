import { Time } from '../time/time';
import type { ShownPipeline } from '../api/answers';

/** What could not be applied, was passed over or rejected, and what is not known, each with its reason. */
export function Troubles({ pipeline: { holes, parked, rejected, unknown } }: { readonly pipeline: ShownPipeline }) {
  const last = rejected.last;
  const isNothing = holes.length === 0 && (parked?.reasons.length ?? 0) === 0 && last === null && unknown.length === 0;
  return (
    <section class="section" aria-label="To look at">
      <h2>To look at</h2>
      {isNothing && <p class="muted">Nothing is parked, rejected, passed over or unknown.</p>}
      <ul class="troubles">
        {(parked?.reasons ?? []).map(({ reason, count, first_logged, last_logged }) => (
          <li key={`parked ${reason}`}>
            <strong>{count.toLocaleString('en')} parked</strong>: <bdi>{reason}</bdi>{' '}
            <span class="muted">
              from <Time at={first_logged} /> to <Time at={last_logged} />
            </span>
          </li>
        ))}
        {holes.map(({ partition, from, to, passed_over }) => (
          <li key={`hole ${partition} ${from}`}>
            <strong>{passed_over ? 'Passed over' : 'Not derived yet'}</strong>: raw records {from} to {to} of partition{' '}
            {partition}.{passed_over && ' npm run derive -- --again derives them.'}
          </li>
        ))}
        {last !== null && (
          <li>
            <strong>Last rejected</strong>: <bdi>{last.reason ?? 'for a reason that is not known'}</bdi>{' '}
            <span class="muted">
              {last.source !== null && `source ${last.source}, `}
              {last.received !== null && <Time at={last.received} />}
            </span>
          </li>
        )}
        {unknown.map(({ member, why }) => (
          <li key={`unknown ${member}`}>
            <strong>{member.replaceAll('_', ' ')} not known</strong>: {why}
          </li>
        ))}
      </ul>
    </section>
  );
}
