import { useShared } from '../api/store';
import { useKeys } from '../frame/keys';
import { addressNow, Link, navigate } from '../routing/router';
import { withParameters } from '../routing/address';
import { ClockTime } from '../time/time';
import { ANNOTATION_WORDS, eventWords, TRUST_WORDS } from './event-words';
import type { HistoryEntry } from './history-entry';
import type { HistoryLoader, HistoryState } from './history-loader';
import { countOf, entryAt, placeOf } from './history-pages';
import { withPanel } from './task-address';
import { TimelineFilters } from './timeline-filters';
import type { TimelineFilter } from './use-history';
import { useRowHeight, VirtualRows } from './virtual-rows';

interface TimelineProps {
  readonly loader: HistoryLoader;
  readonly filter: TimelineFilter;
  /** The version that is shown; null: the newest. */
  readonly shownVersion: number | null;
  /** The position of the event that is looked at; null: none. */
  readonly open: string | null;
}

/** Everything that was heard of the task, in the order of the log, with how far it can be believed. */
export function Timeline({ loader, filter, shownVersion, open }: TimelineProps) {
  const { pages, hasMore, isReading, failure, sought } = useShared(loader.state);
  const rowHeight = useRowHeight(36, 64);
  const count = countOf(pages);
  useKeys({ j: () => step(pages, open, 1), k: () => step(pages, open, -1) });
  return (
    <section class="section timeline" aria-label="Timeline" aria-busy={isReading}>
      <div class="view-head">
        <h2>
          Timeline{' '}
          <span class="count-weak">
            {count.toLocaleString('en')}
            {hasMore && count > 0 && ' and more'}
          </span>
        </h2>
        <TimelineFilters filter={filter} />
      </div>
      {failure !== null && <p role="alert">{failure}</p>}
      {count === 0 && failure === null && <p class="muted">{hasMore ? 'Loading…' : 'No event fits.'}</p>}
      <VirtualRows
        count={count}
        rowHeight={rowHeight}
        label="Events, in the order of the log"
        onSee={loader.see}
        target={sought?.at ?? null}
        row={(index) => {
          const entry = entryAt(pages, index);
          return entry === null ? (
            <div class="entry entry-absent" />
          ) : (
            <EntryRow entry={entry} shownVersion={shownVersion} isOpen={entry.position === open} />
          );
        }}
      />
    </section>
  );
}

/** Opens the event after or before the one that is open; where none is, the first. */
function step(pages: HistoryState['pages'], open: string | null, by: 1 | -1): void {
  const from = open === null ? -1 : placeOf(pages, open);
  const entry = from === null ? null : entryAt(pages, open === null ? 0 : from + by);
  if (entry === null) return;
  navigate(withPanel(addressNow(), { of: 'event', position: entry.position }), { replace: open !== null });
}

interface EntryRowProps {
  readonly entry: HistoryEntry;
  readonly shownVersion: number | null;
  readonly isOpen: boolean;
}

function EntryRow({ entry, shownVersion, isOpen }: EntryRowProps) {
  const address = addressNow();
  const isAfter = shownVersion !== null && entry.version !== null && entry.version > shownVersion;
  const { what, about } = eventWords(entry);
  const isEnd = entry.type === 'notification.received';
  return (
    <div class={`entry row-frame${isEnd ? ' entry-end' : ''}${isAfter ? ' entry-after' : ''}`}>
      <span class="entry-time">
        <ClockTime at={entry.received ?? entry.logged} />
      </span>
      <span class="one-line">
        <Link
          class="row-link"
          aria-current={isOpen ? 'true' : undefined}
          to={withPanel(address, { of: 'event', position: entry.position })}
        >
          {what}
        </Link>
      </span>
      <span class="one-line entry-about">
        <bdi title={about}>{about}</bdi>
      </span>
      <span class="entry-notes">
        <Annotations entry={entry} />
        <Trust trust={entry.trust} />
        {entry.endsVersion && (
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
