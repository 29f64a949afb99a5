/** What the process gives the app: `MpsApiProgram`, and its parts. */
export const PROGRAM = Symbol('PROGRAM');
export const CONFIG = Symbol('CONFIG');
export const LOGGER = Symbol('LOGGER');
export const METRICS = Symbol('METRICS');

/** The accepted keys: `AcceptedKeys`. Empty: signatures are not checked. */
export const KEYS = Symbol('KEYS');
/** The clock that signatures are compared with: a function that returns Unix milliseconds. */
export const CLOCK = Symbol('CLOCK');
/** Bounds the requests of each caller: a `RequestRate`. */
export const RATE = Symbol('RATE');
/** Reads bodies within bounds: a `BodyReader`. */
export const BODIES = Symbol('BODIES');
/** Answers a request: an `AnswerAction`. */
export const ANSWER_ACTION = Symbol('ANSWER_ACTION');
/** Counts the answers by action and code: a `CountAnswer`. */
export const COUNT_ANSWER = Symbol('COUNT_ANSWER');
