import { memberNames } from './member-names';
import { sanitise } from './text';

/** The members of an event that are texts, in the order in which they are written; `data` is last. */
export const ATTRIBUTES = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'dataschema',
  'recordedtime',
  'trust',
  'causationid',
  'rawoffset',
  'mapper',
  'traceparent',
] as const;

export type Attribute = (typeof ATTRIBUTES)[number];

/** The members of an event's text, which is a JSON object and not validated further. */
export interface EventMembers {
  readonly attributes: { readonly [Name in Attribute]?: unknown };
  /** Undefined if there is none. */
  readonly data: unknown;
  /**
   * The exact text of the data, if all members are in our order, the attributes are texts without escapes, and there are no other
   * members. Then the whole text equals `eventText` of the attributes and this text.
   */
  readonly dataText: string | null;
  /** The name of a member that occurs twice, which readers interpret differently; null for none. */
  readonly repeated: string | null;
}

/** The text of an attribute; undefined if it is absent or not a text. */
export function textIn({ attributes }: EventMembers, name: Attribute): string | undefined {
  const value = attributes[name];
  return typeof value === 'string' ? value : undefined;
}

/** Reads the members of an event's text; null if it is not a JSON object. Never throws. */
export function readMembers(text: string): EventMembers | null {
  return plainMembers(text) ?? anyMembers(text);
}

const OPENINGS = ATTRIBUTES.map((name) => [name, `"${name}":"`] as const);
const DATA = '"data":';

/** The fast path for the texts that we write: the attributes are cut out, and only the data is parsed. */
function plainMembers(text: string): EventMembers | null {
  if (!text.startsWith('{') || !text.endsWith('}')) return null;
  const attributes: { [Name in Attribute]?: string } = {};
  let at = 1;
  for (const [name, opening] of OPENINGS) {
    if (!text.startsWith(opening, at)) continue;
    const from = at + opening.length;
    const to = text.indexOf('"', from);
    if (to < 0 || text[to + 1] !== ',') return null;
    attributes[name] = text.slice(from, to);
    at = to + 2;
  }
  if (!text.startsWith(DATA, at) || !isPlain(text.slice(0, at))) return null;
  const dataText = text.slice(at + DATA.length, -1);
  const parsed = parse(dataText);
  return parsed && { attributes, data: parsed.value, dataText, repeated: null };
}

/** Whether the text has no escapes and no characters that JSON or Postgres rejects. */
function isPlain(text: string): boolean {
  return !text.includes('\\') && sanitise(text) === text;
}

function anyMembers(text: string): EventMembers | null {
  const value = parse(text)?.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const members = new Map<string, unknown>(Object.entries(value));
  const attributes = Object.fromEntries(
    ATTRIBUTES.flatMap((name) => (members.has(name) ? [[name, members.get(name)]] : [])),
  );
  return { attributes, data: members.get('data'), dataText: null, repeated: firstRepeated(memberNames(text)) };
}

function firstRepeated(names: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const name of names) if (seen.size === seen.add(name).size) return name;
  return null;
}

function parse(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}
