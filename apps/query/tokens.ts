/** What the controllers are given: see `Reading`. */
export const READING = Symbol('READING');
