import { bytes, double, flag, table, text, word } from './columns';

/**
 * One row per item that a live stream reported: the join of all reports of it. Of two reports the steady one counts, then the one that
 * ends later, then the one whose item has the higher digest. Rows are never deleted: an unsteady item is superseded by another row of
 * its series and start, which is determined when it is read.
 */
export const LiveItem = table('live_item', {
  columns: {
    task_key: bytes,
    /** Offset in the stream, in the provider's unit; 0 if it has none, as some transports omit a 0. */
    start_offset: double,
    /** `AiRecognition.AsrFullTextRecognition`; sanitised and cut to 200 characters, so that it can be indexed. */
    kind: word,
    /** SHA-256 of its exact kind and of all that sets it apart from others of its kind and start (`liveItemIdentity`). */
    key_digest: bytes,
    /** SHA-256 of its exact kind and its speaker: items of one series replace one another. */
    series: bytes,
    end_offset: double,
    steady: flag,
    /** The provider's object, as JSON text. */
    item: text,
  },
  key: ['task_key', 'start_offset', 'kind', 'key_digest'],
  indexes: [
    {
      name: 'live_item_of_series',
      columns: ['task_key', 'series', 'start_offset', 'steady', 'end_offset', 'key_digest'],
    },
  ],
});
