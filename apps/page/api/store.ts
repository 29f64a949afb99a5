import { useEffect, useState } from 'preact/hooks';

/** An observable value, shared by parts of the page. */
export interface Shared<T> {
  readonly get: () => T;
  readonly set: (value: T) => void;
  /** @returns what ends the subscription */
  readonly subscribe: (listener: () => void) => () => void;
}

export function makeShared<T>(initial: T): Shared<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The value as it is; the component is rendered again when it changes. */
export function useShared<T>(shared: Shared<T>): T {
  const [value, setValue] = useState(shared.get);
  useEffect(() => {
    const update = () => setValue(() => shared.get());
    update();
    return shared.subscribe(update);
  }, [shared]);
  return value;
}
