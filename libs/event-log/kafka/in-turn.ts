const last = new WeakMap<object, Promise<unknown>>();

/** Does what is to be done with something one after the other, whatever became of what came before. */
export function inTurn<Value>(thing: object, work: () => Promise<Value>): Promise<Value> {
  const before = last.get(thing);
  const done = (async () => {
    await before?.catch(() => undefined);
    return work();
  })();
  last.set(thing, done);
  return done;
}
