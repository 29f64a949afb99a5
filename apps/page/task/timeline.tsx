import { Link, useAddress } from '../routing/router';
import { withParameters } from '../routing/address';
import { ClockTime } from '../time/time';
import { ANNOTATION_WORDS, eventWords, TRUST_WORDS } from './event-words';
import type { HistoryEntry } from './history-entry';
import { withPanel } from './task-address';
import type { LoadedHistory } from './use-history';
import { useRowHeight, VirtualRows } from './virtual-rows';

interface TimelineProps {
  readonly history: LoadedHistory;
  readonly readMore: () => void;
  /** The version that is shown; null: the newest. */
  readonly shownVersion: number | null;
}

/** Everything that was heard of the task, in the order of the log, with how far it can be believed. */
export function Timeline({ history, readMore, shownVersion }: TimelineProps) {
  const { entries, next, isReading, failure } = history;
  const rowHeight = useRowHeight(36, 64);
  const end = shownVersion === null ? -1 : entries.findIndex(({ version }) => version === shownVersion);
  return (
    <section class="section" aria-label="Timeline" aria-busy={isReading}>
      <h2>
        Timeline{' '}
        <span class="count-weak">
          {entries.length.toLocaleString('en')}
          {next !== null && ' and more'}
        </span>
      </h2>
      {failure !== null && <p role="alert">{failure}</p>}
      <div class="timeline">
        <VirtualRows
          count={entries.length}
          rowHeight={rowHeight}
          label="Events, in the order of the log"
          onEnd={readMore}
          row={(index) => {
            const entry = entries[index];
            return entry === undefined ? null : <EntryRow entry={entry} isAfter={end !== -1 && index > end} />;
          }}
        />
      </div>
    </section>
  );
}

function EntryRow({ entry, isAfter }: { readonly entry: HistoryEntry; readonly isAfter: boolean }) {
  const address = useAddress();
  const { what, about } = eventWords(entry);
  const isEnd = entry.type === 'notification.received';
  return (
    <div class={`entry row-frame${isEnd ? ' entry-end' : ''}${isAfter ? ' entry-after' : ''}`}>
      <span class="entry-time">
        <ClockTime at={entry.received ?? entry.logged} />
      </span>
      <span class="one-line">
        <Link class="row-link" to={withPanel(address, { of: 'event', position: entry.position })}>
          {what}
        </Link>
      </span>
      <span class="one-line entry-about">
        <bdi title={about}>{about}</bdi>
      </span>
      <span class="entry-notes">
        <Annotations entry={entry} />
        <Trust trust={entry.trust} />
        {entry.version !== null && (
          <Link
            class="entry-version"
            to={withParameters(address, { version: String(entry.version) })}
            title="The task as it was with this notification"
          >
            v{entry.version}
          </Link>
        )}
      </span>
    </div>
  );
}

/** What is odd about an event, as words. */
export function Annotations({ entry: { annotations } }: { readonly entry: Pick<HistoryEntry, 'annotations'> }) {
  return (
    <>
      {annotations.map((name) => {
        const [word, meaning] = ANNOTATION_WORDS[name] ?? [name, ''];
        return (
          <span key={name} class="note" title={meaning}>
            {word}
          </span>
        );
      })}
    </>
  );
}

function Trust({ trust }: { readonly trust: string | null }) {
  if (trust === null) return null;
  const [word, meaning] = TRUST_WORDS[trust] ?? [trust, ''];
  return (
    <span class="entry-trust" title={meaning}>
      {word}
    </span>
  );
}
