import { useEffect, useRef } from 'preact/hooks';
import { addressOf, request } from '../api/client';
import { useShared } from '../api/store';
import { addressNow, Link } from '../routing/router';
import { useLoaded } from '../api/use-loaded';
import { timeWords } from '../time/words';
import { ANNOTATION_WORDS, eventWords, TRUST_WORDS } from './event-words';
import type { HistoryEntry } from './history-entry';
import type { HistoryLoader } from './history-loader';
import { countOf, entryAt } from './history-pages';
import { JsonText } from './json-text';
import { withPanel } from './task-address';

interface EventPanelProps {
  readonly position: string;
  readonly loader: HistoryLoader;
}

/** What was received beside what was derived of it. An event that is not loaded yet is looked for. */
export function EventPanel({ position, loader }: EventPanelProps) {
  const { pages, sought, hasMore, failure } = useShared(loader.state);
  useEffect(() => loader.seek(position), [loader, position]);
  const kept = useRef<HistoryEntry | null>(null);
  const at = sought?.position === position ? sought.at : null;
  const found = at === null ? null : entryAt(pages, at);
  if (found !== null) kept.current = found;
  // It stays when its page is dropped from memory.
  const entry = kept.current?.position === position ? kept.current : null;
  if (entry === null)
    return (
      <p role="status">
        {failure ??
          (hasMore
            ? `Looking for it: ${countOf(pages).toLocaleString('en')} events read…`
            : 'This task has no such event, or the filter of the timeline leaves it out.')}
      </p>
    );
  const derived = pages
    .flatMap(({ entries }) => entries ?? [])
    .filter(({ notificationId }) => notificationId !== null && notificationId === entry.notificationId);
  return (
    <>
      <EventFacts entry={entry} />
      <JsonText title="The event, as it is on the log" value={entry.event} />
      {entry.notificationId !== null && <RawBody notificationId={entry.notificationId} />}
      {derived.length > 1 && <DerivedEvents derived={derived} position={position} />}
    </>
  );
}

/** More events of one notification are not listed. */
const MOST_DERIVED = 100;

function DerivedEvents({
  derived,
  position,
}: {
  readonly derived: readonly HistoryEntry[];
  readonly position: string;
}) {
  const others = derived.length - MOST_DERIVED;
  return (
    <section>
      <h3>Derived of the same notification</h3>
      <ul class="derived">
        {derived.slice(0, MOST_DERIVED).map((one) => {
          const { what, about } = eventWords(one);
          return (
            <li key={one.position}>
              <Link
                to={withPanel(addressNow(), { of: 'event', position: one.position })}
                aria-current={one.position === position ? 'true' : undefined}
              >
                {what} <bdi class="muted">{about}</bdi>
              </Link>
            </li>
          );
        })}
      </ul>
      {others > 0 && <p class="muted">and {others.toLocaleString('en')} more, in the timeline</p>}
    </section>
  );
}

function EventFacts({ entry }: { readonly entry: HistoryEntry }) {
  const { what, about } = eventWords(entry);
  const [, trustMeaning = null] = TRUST_WORDS[entry.trust ?? ''] ?? [];
  const times = [
    ['occurred', entry.occurred, 'by the provider'],
    ['received', entry.received, 'by ingest'],
    ['logged', entry.logged, 'by the log'],
  ] as const;
  return (
    <>
      <p class="panel-title">
        {what} <bdi class="muted">{about}</bdi>
      </p>
      {entry.annotations.map((name) => (
        <p key={name}>
          <strong>{ANNOTATION_WORDS[name]?.[0] ?? name}</strong>: {ANNOTATION_WORDS[name]?.[1]}
        </p>
      ))}
      {entry.reason !== null && <p>Why it is parked: {entry.reason}</p>}
      {trustMeaning !== null && <p>{trustMeaning}</p>}
      <dl class="values">
        {times.map(([name, at, whose]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {at === null ? 'not said' : `${timeWords(at, 'utc').replace('Z', '')}.${at.slice(20, 23)}Z, ${whose}`}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** The bytes of the notification as they were received; of a key without the scope it says so. */
function RawBody({ notificationId }: { readonly notificationId: string }) {
  const { value: text, failure } = useLoaded(
    async (signal) => {
      const url = addressOf(`v1/notifications/${encodeURIComponent(notificationId)}/body`);
      return (await request(url, { signal })).text();
    },
    [notificationId],
  );
  if (failure !== null) return <p class="muted">The received bytes: {failure.message}</p>;
  return text === null ? (
    <p class="muted">Loading the received bytes…</p>
  ) : (
    <JsonText title="The notification, as it was received" value={text} />
  );
}
