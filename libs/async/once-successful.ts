/** Runs a step once for all callers, and again only after it failed. */
export function onceSuccessful(step: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () =>
    (running ??= step().catch((error: unknown) => {
      running = undefined;
      throw error;
    }));
}
