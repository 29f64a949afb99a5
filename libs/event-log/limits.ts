/**
 * The bytes of one append at most: keys, values and headers of its records together. The topics of the Kafka log take
 * 8 MiB, framing included; both drivers keep the same bound.
 */
export const MAX_APPEND_BYTES = 8 * 1024 * 1024 - 64 * 1024;
