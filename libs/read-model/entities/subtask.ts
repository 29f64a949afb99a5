import { bytes, double, flag, int, nullable, table, text, word } from './columns';

/** One row per subtask: what became of each piece of a task's work, without its input and output (those are in the state). */
export const Subtask = table('subtask', {
  columns: {
    task_key: bytes,
    /** SHA-256 of the JSON text of the subtask's exact key, which may be of any length. */
    key_digest: bytes,
    /** The key, sanitised. */
    key: text,
    kind: word,
    /** The canonical text of Input.Definition, sanitised. */
    definition: nullable(text),
    status: word,
    /** 0 to 100. */
    progress: nullable(double),
    error_code: nullable(text),
    error_code_ext: nullable(text),
    /** Sanitised. */
    message: nullable(text),
    contradicted: flag,
    revised: flag,
    /** How many identical subtasks share the key, where more than one was counted. */
    twins: nullable(int),
  },
  key: ['task_key', 'key_digest'],
});
