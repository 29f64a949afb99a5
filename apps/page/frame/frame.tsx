import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { keyWanted } from '../api/key';
import { useShared } from '../api/store';
import { oneOf, viewAddress, withParameters, type Address, type ViewName } from '../routing/address';
import { Link, useAddress } from '../routing/router';
import { useTimeMode } from '../time/time';
import type { TimeMode } from '../time/words';
import { AgeBanner } from './age-banner';
import { AgeMark } from './age-mark';
import { Help } from './help';
import { KeyForm } from './key-form';

/** The views that the header leads to. */
const PLACES: readonly (readonly [ViewName, string])[] = [
  ['tasks', 'Tasks'],
  ['errors', 'Errors'],
  ['pipeline', 'Pipeline'],
  ['usage', 'Usage'],
];

/** What is around every view: where one is, how old the data is, and what is wrong. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  const wanted = useShared(keyWanted);
  useTitle(useAddress());
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Header />
      <AgeBanner />
      <main id="content" tabIndex={-1}>
        {wanted === null ? children : <KeyForm why={wanted} />}
      </main>
    </>
  );
}

/** Names the tab, for who has several and for who hears it. */
function useTitle(address: Address): void {
  const [, label] = PLACES.find(([view]) => view === address.view) ?? [];
  const title = `${label ?? oneOf(address, 'task') ?? ''} · mps-ledger`;
  useEffect(() => void (document.title = title), [title]);
}

function Header() {
  const address = useAddress();
  const current = address.view === 'task' ? 'tasks' : address.view;
  return (
    <header class="header">
      <Link class="brand" to={viewAddress(address, 'tasks')}>
        mps-ledger
      </Link>
      <nav aria-label="Views">
        {PLACES.map(([view, label]) => (
          <Link key={view} to={viewAddress(address, view)} aria-current={view === current ? 'page' : undefined}>
            {label}
          </Link>
        ))}
      </nav>
      <div class="header-end">
        <AgeMark />
        <TimeSwitch />
        <Help />
      </div>
    </header>
  );
}

const MODES: readonly (readonly [TimeMode, string, string])[] = [
  ['relative', 'Ago', 'How long ago'],
  ['local', 'Local', 'Local time'],
  ['utc', 'UTC', 'UTC'],
];

/** How times are shown. */
function TimeSwitch() {
  const address = useAddress();
  const mode = useTimeMode();
  return (
    <div class="switch" role="group" aria-label="Times">
      {MODES.map(([name, label, meaning]) => (
        <Link
          key={name}
          to={withParameters(address, { time: name === 'relative' ? null : name })}
          aria-current={name === mode ? 'true' : undefined}
          title={meaning}
        >
          {label}
        </Link>
      ))}
    </div>
  );
}
