import type { Document } from '../document/document';
import { isList, own } from '../document/json';
import type { JsonObject } from '../document/json';
import { readBody } from '../document/text-object';
import { findTaskId } from './find-task-id';
import { unwrap } from './unwrap';

/** Records of one body that are logged one by one. */
export const MAX_RECORDS = 1000;
/** Bytes of one body times its Records: the body is logged once for each, and must not fill the log. */
export const MAX_BYTES_OF_RECORDS = 32 * 1024 * 1024;

/** Whether the Records of a body are more than are logged one by one. */
export function areTooMany(records: number, bytes: number): boolean {
  return records > MAX_RECORDS || records * bytes > MAX_BYTES_OF_RECORDS;
}

/** How many Records `unwrap` has found where it could not go on without the number of one; 0 in any other case. */
export function recordsOf({ root, fault }: ReturnType<typeof unwrap>): number {
  const records = fault === 'several-records' ? own(root, 'Records') : undefined;
  return isList(records) ? records.length : 0;
}

/** An object with only one of its Records, as if it had been sent alone. */
export function onlyRecord(object: JsonObject, element: number): JsonObject {
  const records = own(object, 'Records');
  return { ...object, Records: isList(records) ? records.slice(element, element + 1) : [] };
}

/**
 * Finds the TaskId in the exact bytes of a body, like `findTaskId`, also if the body is base64 of a JSON object. With `element` only
 * the Record of this number is searched, at the level that has several. Null also for bytes that are not a notification. Never throws.
 */
export function taskIdIn(bytes: Uint8Array, element?: number): string | null {
  const body = readBody(bytes);
  if (!body.ok) return null;
  return findTaskId(element === undefined ? body.root : onlyRecord(withRecords(body), element));
}

/** The level of a body that has several Records; the outermost one if none has. */
function withRecords(body: Document): JsonObject {
  const unwrapped = unwrap(body);
  return recordsOf(unwrapped) > 0 ? unwrapped.root : body.root;
}
