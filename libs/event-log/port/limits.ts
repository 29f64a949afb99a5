/** What the topics of the Kafka log take in one batch of records, framing included. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/**
 * The bytes of one append at most: keys, values and headers of its records together. Both drivers keep the same bound,
 * which leaves room for what Kafka puts around records.
 */
export const MAX_APPEND_BYTES = MAX_MESSAGE_BYTES - 64 * 1024;
