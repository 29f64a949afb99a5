import { hash } from 'node:crypto';
import { sanitise } from '@mps-ledger/records';

/** Characters of a text in an index: with four bytes each, well below the 2,704 bytes that an index row may have. */
export const INDEXED_TEXT = 200;

/** Fit for a text column: sanitised. */
export function fit(text: string): string;
export function fit(text: string | null): string | null;
export function fit(text: string | null): string | null {
  return text === null ? null : sanitise(text);
}

/** Fit for a text column that must not grow: cut, then sanitised, as cutting may part a surrogate pair. */
export function cut(text: string, characters: number): string {
  return sanitise(text.length > characters ? text.slice(0, characters) : text);
}

/** SHA-256 of a text as UTF-8, in hex. The text has no lone surrogates, or they are escaped. */
export function digestOf(text: string): string {
  return hash('sha256', text);
}
