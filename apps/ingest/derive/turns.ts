/** Lets one piece of work happen at a time, in the order they asked. */
export interface Turns {
  take<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function makeTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take(work) {
      const turn = last.then(work);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}
