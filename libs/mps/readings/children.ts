import { isEmpty } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

import { textOf } from '../document/canonical';
import type { Subject } from './finding';
import { own, pick } from '../document/json';
import type { JsonObject } from '../document/json';
import { reportedStatus } from './status';
import { keyByDefinition, subtaskKey } from '../identity/subtask-key';
import { holdersUnder } from './unknown-holders';
import type { IsKnown, UnknownHolder } from './unknown-holders';

/** A result below a subtask's holder: an object with a Status of its own that is not in the holder table. */
export interface Child extends Subject {
  readonly holder: JsonObject;
  /** Its element without status, progress, error and input. */
  readonly output: JsonObject;
}

/**
 * Members of the vendor's outputs that hold results by language: SubtitleTransResultItem (TransSrc, TransDst) and
 * SubtitleResult (Language), the only objects of its output types that have a Status.
 */
const BY_LANGUAGE: ReadonlySet<string> = new Set([
  'SubtitleResults',
  'RecognizeSubtitleResult',
  'TransSubtitleResult',
  'SubtitleInfo',
]);

const NOT_OUTPUT: ReadonlySet<string> = new Set(['Status', 'Progress', 'ErrCode', 'ErrCodeExt', 'Message', 'Input']);

/**
 * The children of a subtask that are found by their Status. Below an unknown holder these are all objects with a Status; below a
 * known one those in SubtitleResults and those with a known Status, since other members may use Status for something else.
 */
export function childrenOf(holder: JsonObject, key: string, kindIsKnown: boolean, read: IsKnown): readonly Child[] {
  return holdersUnder(holder, read)
    .filter((one) => !kindIsKnown || one.member === 'SubtitleResults' || reportedStatus(one.holder) !== undefined)
    .map((one) => childOf(one, key));
}

function childOf({ kind, member, holder }: UnknownHolder, parent: string): Child {
  const output = pick(
    holder,
    Object.keys(holder).filter((name) => !NOT_OUTPUT.has(name)),
  );
  if (!BY_LANGUAGE.has(member)) {
    return { ...subtaskKey(parent, kind, 'whole-input', own(holder, 'Input')), kind, holder, output };
  }
  return { ...keyByDefinition(parent, member, languagesOf(holder)), kind: member, holder, output };
}

/** `source>target`, or the single language. */
function languagesOf(result: JsonObject): string | undefined {
  const [source, target, language] = ['TransSrc', 'TransDst', 'Language'].map((name) => textIn(own(result, name)));
  if (source === undefined && target === undefined) return language;
  return `${source ?? ''}>${target ?? ''}`;
}

function textIn(value: Json | undefined): string | undefined {
  return isEmpty(value) ? undefined : textOf(value);
}
