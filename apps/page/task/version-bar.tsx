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
      <VersionNumber
        label="Version"
        newest={newest}
        value={chosen}
        choose={(version) => version !== null && setChosen(version)}
      />
      <label class="version-slider">
        <span>of {newest.toLocaleString('en')}</span>
        <input
          type="range"
          min={1}
          max={newest}
          value={chosen}
          onInput={(event) => setChosen(Number(event.currentTarget.value))}
          aria-label="Version"
          aria-valuetext={`version ${chosen} of ${newest}`}
        />
      </label>
      <ShownVersion isPast={version !== null} updated={updated} />
      <VersionNumber
        label="Compare with version"
        newest={newest}
        value={compare}
        choose={(other) => navigate(withParameters(addressNow(), { compare: other === null ? null : String(other) }))}
      />
      {version !== null && <ToNewest />}
    </section>
  );
}

function ShownVersion({ isPast, updated }: { readonly isPast: boolean; readonly updated: string }) {
  return (
    <span class="version-past">
      {!isPast ? (
        <span class="muted">
          newest, of <Time at={updated} />
        </span>
      ) : (
        <>
          As it was: <Time at={updated} />
        </>
      )}
    </span>
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

interface VersionNumberProps {
  readonly label: string;
  readonly newest: number;
  /** Null: none. */
  readonly value: number | null;
  readonly choose: (version: number | null) => void;
}

/** The number of a version, to type or to step through; what is none is put back. */
function VersionNumber({ label, newest, value, choose }: VersionNumberProps) {
  const shown = value === null ? '' : String(value);
  return (
    <label class="version-number">
      <span>{label}</span>
      <input
        class="field"
        type="number"
        min={1}
        max={newest}
        placeholder="none"
        value={shown}
        onChange={({ currentTarget: field }) => {
          const version = field.value === '' ? null : Number(field.value);
          const isVersion = version !== null && Number.isInteger(version) && version >= 1 && version <= newest;
          if (version === null || isVersion) choose(version);
          else field.value = shown;
        }}
      />
    </label>
  );
}
