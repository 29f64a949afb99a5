import { hash } from 'node:crypto';

import canonicalize from 'canonicalize';

import { keyForm } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

/**
 * The canonical text (RFC 8785: members sorted by UTF-16 code units, numbers as ECMAScript writes them) of a value without
 * numbers that are not finite. Lone surrogates, which the RFC does not allow, are escaped (`\ud800`).
 */
export function canonicalText(value: Json): string {
  return canonicalize(value) ?? 'null';
}

/** A member's name that begins with a digit, or an element like one. */
const DIGIT_FIRST = /[{,]"\d/;

/**
 * The canonical text of a value whose members are in canonical order already, as in content form: what `JSON.stringify`
 * writes, except where a name looks like an integer, since JavaScript puts such names first and by their value.
 */
export function textOfSorted(value: Json): string {
  const text = JSON.stringify(value);
  return DIGIT_FIRST.test(text) ? canonicalText(value) : text;
}

/** SHA-256 of text (as UTF-8) or bytes, 64 lower-case hex digits. */
export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content);
}

/** SHA-256 (hex) of the canonical text of a value whose members are in canonical order. */
export function digestOfSorted(value: Json): string {
  return sha256(textOfSorted(value));
}

/** A value in content form as text: a string as itself, anything else as its canonical text. */
export function textOf(value: Json): string;
export function textOf(value: Json | undefined): string | undefined;
export function textOf(value: Json | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : textOfSorted(value);
}

/** A value's key form as text. So Definition 10 and "10" are one. */
export function keyTextOf(value: Json): string {
  return textOf(keyForm(value));
}
