import { sanitise } from '@mps-ledger/records';
import type { TaskEvent } from '@mps-ledger/tasks';

/**
 * What a task is found by, one line each: the TaskId, the SessionId, error codes and messages, places of inputs and outputs. A place
 * begins with a mark that no text has, so that it can be looked up from its beginning.
 */

/** Marks of lines that are places. */
export const MARKS = { input: '\u0001', output: '\u0002' } as const;

/** Longer values are cut. In UTF-16 units. */
const MAX_VALUE = 2_000;
/** How deep inputs and outputs are searched for places. */
const MAX_DEPTH = 8;

/** As texts are stored and looked up: cut, in lower case, and without control characters and lone surrogates. */
export function searchable(text: string): string {
  return sanitise(text.slice(0, MAX_VALUE)).toLowerCase().trim();
}

/** The lines that an event adds to its task. */
export function linesOf({ data, type }: TaskEvent): readonly string[] {
  const lines: string[] = [];
  const add = (value: unknown, mark = ''): void => {
    if (typeof value !== 'string' && typeof value !== 'number') return;
    const text = searchable(String(value));
    if (text !== '') lines.push(mark + text);
  };
  const given = data as object as Members;
  add(given['task_id']);
  add(given['session_id']);
  if (type === 'notification.received') return lines;
  if (!isZero(given['error_code'])) add(given['error_code']);
  add(given['error_code_ext']);
  add(given['message']);
  for (const place of inputPlaces(given['input'], MAX_DEPTH)) add(place, MARKS.input);
  for (const place of outputPlaces(given['output'], MAX_DEPTH)) add(place, MARKS.output);
  return lines;
}

const isZero = (value: unknown): boolean => value === 0 || value === '0';

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where the inputs of a task lie, of which an edit has several, as the provider says it: a bucket and a key, `bucket/key`, or a URL. */
function* inputPlaces(input: unknown, depth: number): Generator<string> {
  if (depth === 0 || typeof input !== 'object' || input === null) return;
  for (const [name, value] of Object.entries(input)) {
    if (isMembers(value)) yield* placesNamed(name, value);
    yield* inputPlaces(value, depth - 1);
  }
}

function* placesNamed(name: string, value: Members): Generator<string> {
  if (typeof value['Url'] === 'string') yield value['Url'];
  // CosInputInfo has Bucket and Object, S3InputInfo has S3Bucket and S3Object, and so on.
  const bucket = ending(value, 'Bucket');
  const key = ending(value, 'Object');
  if (bucket !== null && key !== null && name.endsWith('InputInfo')) yield `${bucket}/${key.replace(/^\/+/, '')}`;
}

function ending(members: Members, end: string): string | null {
  for (const [name, value] of Object.entries(members))
    if (name.endsWith(end) && typeof value === 'string') return value;
  return null;
}

const PLACE = /(?:Path|Url|PathSet|UrlSet)$/;

/** Every path and URL of an output. */
function* outputPlaces(output: unknown, depth: number, isPlace = false): Generator<string> {
  if (typeof output === 'string') {
    if (isPlace) yield output;
    return;
  }
  if (depth === 0 || typeof output !== 'object' || output === null) return;
  if (Array.isArray(output)) for (const one of output) yield* outputPlaces(one, depth - 1, isPlace);
  else for (const [name, one] of Object.entries(output)) yield* outputPlaces(one, depth - 1, PLACE.test(name));
}
