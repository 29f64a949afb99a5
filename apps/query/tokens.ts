/** What the controllers are given: see `Reading`. */
export const READING = Symbol('READING');
/** The contract as it is served. */
export const CONTRACT = Symbol('CONTRACT');
