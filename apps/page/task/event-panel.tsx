import { addressOf, request } from '../api/client';
import { useLoaded } from '../api/use-loaded';
import { timeWords } from '../time/words';
import { ANNOTATION_WORDS, eventWords, TRUST_WORDS } from './event-words';
import type { HistoryEntry } from './history-entry';
import { JsonText } from './json-text';
import type { LoadedHistory } from './use-history';

interface EventPanelProps {
  readonly position: string;
  readonly history: LoadedHistory;
}

/** What was received beside what was derived of it. */
export function EventPanel({ position, history: { entries, isReading } }: EventPanelProps) {
  const entry = entries.find((one) => one.position === position);
  if (entry === undefined)
    return (
      <p>{isReading ? 'Loading…' : 'This event is not among those that are loaded: scroll the timeline to it.'}</p>
    );
  const derived = entries.filter(
    ({ notificationId }) => notificationId !== null && notificationId === entry.notificationId,
  );
  return (
    <>
      <EventFacts entry={entry} />
      <JsonText title="The event, as it is on the log" value={entry.event} />
      {entry.notificationId !== null && <RawBody notificationId={entry.notificationId} />}
      {derived.length > 1 && (
        <section>
          <h3>Derived of the same notification</h3>
          <ul class="derived">
            {derived.map((one) => {
              const { what, about } = eventWords(one);
              return (
                <li key={one.position}>
                  {what} <bdi class="muted">{about}</bdi>
                </li>
              );
            })}
          </ul>
        </section>
      )}
    </>
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
  if (failure !== null) return <p class="muted">The received bytes: {failure}</p>;
  return text === null ? (
    <p class="muted">Loading the received bytes…</p>
  ) : (
    <JsonText title="The notification, as it was received" value={text} />
  );
}
