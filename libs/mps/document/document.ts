import type { Json } from '@mps-ledger/tasks';

import { isObject } from './json';
import type { JsonObject } from './json';
import { completedOutlines, outlineOf } from './outline';
import { scanJson } from './scan';
import type { Scan } from './scan';

/** How deep a body may nest and how many members it may have, all told, to be read. */
export const LIMITS = { depth: 64, members: 1_000_000 } as const;

/** Levels of containers in an outline: as many as are searched for a TaskId, and a `Response` around them. */
export const OUTLINE_DEPTH = 6;

export type RefusalCode = 'not-utf8' | 'not-json' | 'not-an-object';

/** Bytes that are no notification at all. */
export interface Refusal {
  readonly ok: false;
  readonly code: RefusalCode;
  /** What is wrong and where, for the sender. */
  readonly detail: string;
}

export type Exceeded = 'too-deep' | 'too-many-members';

export interface Document {
  readonly ok: true;
  /** As parsed: of equal keys the last one counts. Beyond the limits only an outline: deeper containers are null. */
  readonly root: JsonObject;
  readonly exceeded: Exceeded | undefined;
}

/** Characters of a text that may be parsed before it is looked at: what comes of it is small, and has not too many members. */
const SMALL = 64 * 1024;

/**
 * Reads bytes as one JSON object: UTF-8, a byte order mark allowed. Never throws and never recurses deeper than the limit,
 * whatever the bytes: of a large text, depth and members are counted before anything is built.
 */
export function readDocument(bytes: Uint8Array): Document | Refusal {
  const text = decoded(bytes);
  if (text === undefined) return refused('not-utf8', `not UTF-8 at byte ${faultyByte(bytes)}`);
  return readText(text);
}

/** The same of a text. */
export function readText(text: string): Document | Refusal {
  const small = text.length < SMALL ? parsed(text) : undefined;
  if (isObject(small) && !isDeeper(small, LIMITS.depth)) return { ok: true, root: small, exceeded: undefined };
  return readScanned(text);
}

function readScanned(text: string): Document | Refusal {
  const scan = scanJson(text);
  if (scan.fault !== null) return refused('not-json', faultOf(text, scan.fault));
  const exceeded = exceededBy(scan);
  const root = parsed(exceeded === undefined ? text : outlineOf(text, OUTLINE_DEPTH));
  if (root === undefined) return refused('not-json', 'not JSON');
  if (!isObject(root)) return refused('not-an-object', 'JSON, but not an object, at character 0');
  return { ok: true, root, exceeded };
}

/** An outline of the object that the bytes are the beginning of, cut off anywhere; undefined where they are none. Never throws. */
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

/** The first byte that another one takes the place of when the text is decoded leniently and encoded again. */
function faultyByte(bytes: Uint8Array): number {
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const again = new TextEncoder().encode(lenient);
  const fault = bytes.findIndex((byte, at) => byte !== again[at]);
  return fault === -1 ? bytes.length : fault;
}

function faultOf(text: string, at: number): string {
  return at < text.length ? `not JSON at character ${at}` : `not JSON: it ends too early, at character ${at}`;
}

function exceededBy(scan: Scan): Exceeded | undefined {
  if (scan.depth > LIMITS.depth) return 'too-deep';
  return scan.members > LIMITS.members ? 'too-many-members' : undefined;
}

/** Whether containers are nested to more levels than these. */
function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/** Undefined for what is no JSON. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
