import type { ComponentChildren } from 'preact';
import { makeShared, useShared } from '../api/store';
import { formatAddress, parseAddress, viewAddress, withParameters, type Address } from './address';

const current = makeShared<Address>(parseAddress(location.search));

addEventListener('popstate', () => current.set(parseAddress(location.search)));

/** What the page shows now. */
export const useAddress = (): Address => useShared(current);

export const addressNow = (): Address => current.get();

let list: Address = { view: 'tasks', parameters: {} };

/** The list as it was last looked at, with how times are shown now. */
export const listAddress = (from: Address): Address =>
  viewAddress(from, 'tasks', withParameters(list, { time: null }).parameters);

function noteList(): void {
  if (current.get().view === 'tasks') list = current.get();
}
noteList();
current.subscribe(noteList);

/** Shows something else: a step that the browser's back button undoes, unless it replaces this one. */
export function navigate(address: Address, { replace = false } = {}): void {
  const search = formatAddress(address);
  if (replace) history.replaceState(null, '', search);
  else history.pushState(null, '', search);
  const isOther = current.get().view !== address.view;
  current.set(address);
  if (!isOther) return;
  scrollTo(0, 0);
  // What had the focus is gone.
  document.getElementById('content')?.focus({ preventScroll: true });
}

interface LinkProps {
  readonly to: Address;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly title?: string;
  readonly 'aria-current'?: 'page' | 'true' | undefined;
  readonly 'aria-label'?: string;
}

/** A link within the page: opened without loading it again, unless a key or button asks for a new tab. */
export function Link({ to, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a {...rest} href={formatAddress(to)} onClick={follow}>
      {children}
    </a>
  );
}
