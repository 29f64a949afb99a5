/** Version of the mapping (`interpret` of libs/mps) that this build derives events by; part of each event's id. */
export const MAPPER_VERSION = 'mps1';

/** The event generation that this mapping derives: another mapping derives another one. */
export const EVENT_GENERATION = 1;
