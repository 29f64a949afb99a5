/** The bytes of one batch of records that the topics of the Kafka log accept, framing included. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/**
 * The maximum bytes of one append: keys, values and headers of its records together. Both drivers keep the same bound, which
 * leaves room for Kafka's framing.
 */
export const MAX_APPEND_BYTES = MAX_MESSAGE_BYTES - 64 * 1024;
