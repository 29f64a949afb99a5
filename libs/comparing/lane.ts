/** A stream that can be looked at before it is taken from. */
export interface Lane<Item> {
  /** The next one, left where it is; undefined at the end. */
  peek(): Promise<Item | undefined>;
  /** Takes the next one. */
  take(): Promise<Item | undefined>;
}

export function laneOf<Item>(items: AsyncIterable<Item>): Lane<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let next: Item | undefined;
  let isKnown = false;
  const peek = async (): Promise<Item | undefined> => {
    if (!isKnown) {
      const result = await iterator.next();
      next = result.done === true ? undefined : result.value;
      isKnown = true;
    }
    return next;
  };
  return {
    peek,
    async take() {
      const taken = await peek();
      // Beyond the end there is nothing more to ask for.
      if (taken !== undefined) isKnown = false;
      return taken;
    },
  };
}
