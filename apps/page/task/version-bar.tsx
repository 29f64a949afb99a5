import { useEffect, useState } from 'preact/hooks';
import { withParameters } from '../routing/address';
import { addressNow, Link, navigate, useAddress } from '../routing/router';
import { Time } from '../time/time';
import type { ShownTaskPlace } from './task-address';

interface VersionBarProps {
  /** The version that is shown. */
  readonly shown: number;
  readonly newest: number;
  readonly place: ShownTaskPlace;
  /** When the log took the last record of that version. */
  readonly updated: string;
}

/** How long the slider has to rest before its version is read, ms. */
const STILL_MS = 150;

/** Walks through the versions of a task, one for each notification, and compares two of them. */
export function VersionBar({ shown, newest, place: { version, compare }, updated }: VersionBarProps) {
  const [chosen, setChosen] = useState(shown);
  useEffect(() => setChosen(shown), [shown]);
  useEffect(() => {
    if (chosen === shown) return undefined;
    const timer = setTimeout(() => show(chosen, newest), STILL_MS);
    return () => clearTimeout(timer);
  }, [chosen]);
  if (newest <= 1) return null;
  return (
    <section class="versions" aria-label="Versions">
      <label class="version-slider">
        <span>
          Version <strong>{chosen}</strong> of {newest}
        </span>
        <input
          type="range"
          min={1}
          max={newest}
          value={chosen}
          onInput={(event) => setChosen(Number(event.currentTarget.value))}
          aria-valuetext={`version ${chosen} of ${newest}`}
        />
      </label>
      <span class="version-past">
        {version === null ? (
          <span class="muted">
            newest, of <Time at={updated} />
          </span>
        ) : (
          <>
            As it was: <Time at={updated} />
          </>
        )}
      </span>
      <CompareSelect shown={shown} newest={newest} compare={compare} />
      {version !== null && <ToNewest />}
    </section>
  );
}

function ToNewest() {
  return (
    <Link class="button button-small" to={withParameters(useAddress(), { version: null })}>
      Show the newest
    </Link>
  );
}

function show(version: number, newest: number): void {
  const address = withParameters(addressNow(), { version: version === newest ? null : String(version) });
  navigate(address, { replace: true });
}

/** More versions than this are not listed to choose from. */
const MOST_LISTED = 200;

function CompareSelect({
  shown,
  newest,
  compare,
}: Pick<VersionBarProps, 'shown' | 'newest'> & { readonly compare: number | null }) {
  const versions = Array.from({ length: Math.min(newest, MOST_LISTED) }, (_, at) => at + 1).filter(
    (one) => one !== shown,
  );
  return (
    <label class="compare">
      <span>Compare with</span>
      <select
        class="field"
        value={compare === null ? '' : String(compare)}
        onChange={(event) => {
          const { value } = event.currentTarget;
          navigate(withParameters(addressNow(), { compare: value === '' ? null : value }));
        }}
      >
        <option value="">nothing</option>
        {versions.map((one) => (
          <option key={one} value={one}>
            version {one}
          </option>
        ))}
      </select>
    </label>
  );
}
