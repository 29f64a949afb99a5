/** A step that is taken once, however many ask for it, and again only after it failed. */
export function onceItSucceeds(step: () => Promise<void>): () => Promise<void> {
  let taken: Promise<void> | undefined;
  return () =>
    (taken ??= step().catch((error: unknown) => {
      taken = undefined;
      throw error;
    }));
}
