import type { ComponentChildren } from 'preact';
import type { Loaded } from '../api/use-loaded';
import { FailureNotice } from './failure-notice';

interface PolledProps<T> {
  readonly loaded: Loaded<T> & { readonly renew: () => void };
  readonly children: (value: T) => ComponentChildren;
}

/** What is read again and again: it stays in sight where it cannot be read, which is said above it. */
export function Polled<T>({ loaded: { value, failure, renew }, children }: PolledProps<T>) {
  if (value === null && failure === null) return <p class="muted">Loading…</p>;
  return (
    <>
      {failure !== null && <FailureNotice failure={failure} retry={renew} />}
      {value !== null && children(value)}
    </>
  );
}
