/** Version of the mapping (`interpret` in libs/mps) of this build; part of each event id. */
export const MAPPER_VERSION = 'mps1';

/** The event generation that this mapping derives. A different mapping has a different generation. */
export const EVENT_GENERATION = 1;
