import type { Json } from '@mps-ledger/tasks';

import { isList, isObject } from './json';
import type { JsonObject } from './json';
import { completedOutlines, outlineOf } from './outline';
import { scanJson } from './scan';
import type { JsonScan } from './scan';

/** Limits of a body that is read: levels of nesting, and members in total. */
export const DOCUMENT_LIMITS = { depth: 64, members: 1_000_000 } as const;

export interface DocumentLimits {
  readonly depth: number;
  readonly members: number;
}

/** Levels of containers in an outline: those that are searched for a TaskId, and one more for `Response`. */
export const OUTLINE_DEPTH = 6;

export type RefusalCode = 'not-utf8' | 'not-json' | 'not-an-object';

/** The result for bytes that are not a notification. */
export interface Refusal {
  readonly ok: false;
  readonly code: RefusalCode;
  /** What is wrong and where; sent to the sender. */
  readonly detail: string;
}

export type ExceededLimit = 'too-deep' | 'too-many-members';

export interface Document {
  readonly ok: true;
  /** As parsed: of equal keys the last one counts. Beyond the limits it is an outline, in which deeper containers are null. */
  readonly root: JsonObject;
  readonly exceeded: ExceededLimit | undefined;
}

/** A text shorter than this is parsed without a scan: it cannot have too many members. */
const MAX_UNSCANNED_CHARACTERS = 64 * 1024;

/**
 * Reads bytes as one JSON object in UTF-8; a byte order mark is allowed. Never throws and never recurses deeper than the limit:
 * for a large text, depth and members are counted before it is parsed.
 */
export function readDocument(bytes: Uint8Array, limits?: DocumentLimits): Document | Refusal {
  const text = decoded(bytes);
  if (text === undefined) return refused('not-utf8', `not UTF-8 at byte ${faultyByte(bytes)}`);
  return readText(text, limits);
}

/** Reads a text as one JSON object, like `readDocument`. */
export function readText(text: string, limits: DocumentLimits = DOCUMENT_LIMITS): Document | Refusal {
  const isShort = text.length < Math.min(MAX_UNSCANNED_CHARACTERS, limits.members);
  const small = isShort ? parsed(text) : undefined;
  if (isObject(small) && !isDeeper(small, limits.depth)) return { ok: true, root: small, exceeded: undefined };
  return readScanned(text, limits);
}

function readScanned(text: string, limits: DocumentLimits): Document | Refusal {
  const scan = scanJson(text);
  if (scan.fault !== null) return refused('not-json', faultOf(text, scan.fault));
  const exceeded = exceededBy(scan, limits);
  const root = parsed(exceeded === undefined ? text : outlineOf(text, OUTLINE_DEPTH));
  // Stryker disable next-line ConditionalExpression,StringLiteral: what the scan lets through is JSON
  if (root === undefined) return refused('not-json', 'not JSON');
  if (!isObject(root)) return refused('not-an-object', 'JSON, but not an object, at character 0');
  return { ok: true, root, exceeded };
}

/** Reads the truncated bytes of a JSON object as an outline; undefined if they are not the beginning of one. Never throws. */
export function readBeginning(bytes: Uint8Array): JsonObject | undefined {
  const text = new TextDecoder().decode(bytes);
  return completedOutlines(text, OUTLINE_DEPTH).map(parsed).find(isObject);
}

function refused(code: RefusalCode, detail: string): Refusal {
  return { ok: false, code, detail };
}

const strict = new TextDecoder('utf-8', { fatal: true });

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The index of the first byte that changes when the bytes are decoded leniently and encoded again. */
function faultyByte(bytes: Uint8Array): number {
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const again = new TextEncoder().encode(lenient);
  const fault = bytes.findIndex((byte, at) => byte !== again[at]);
  return fault === -1 ? bytes.length : fault;
}

function faultOf(text: string, at: number): string {
  return at < text.length ? `not JSON at character ${at}` : `not JSON: it ends too early, at character ${at}`;
}

function exceededBy(scan: JsonScan, limits: DocumentLimits): ExceededLimit | undefined {
  if (scan.depth > limits.depth) return 'too-deep';
  return scan.members > limits.members ? 'too-many-members' : undefined;
}

/** Members of objects and elements of arrays in a value, in total. */
export function membersOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, member: Json) => sum + membersOf(member), Object.keys(value).length);
}

/** Whether containers are nested deeper than `levels`. */
function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  // Loops build no list of the values.
  if (isList(value)) {
    for (const element of value) if (isDeeper(element, levels - 1)) return true;
    return false;
  }
  for (const name in value) if (isDeeper(value[name] ?? null, levels - 1)) return true;
  return false;
}

/** Undefined if the text is not JSON. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
