import { contentForm } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

import { compact, isList, isObject, pick } from '../document/json';
import type { JsonObject } from '../document/json';

/**
 * A body in content form, with the places at which numbers that are not finite were dropped. Evidence that lost a number is marked,
 * so that it differs from evidence that never had it.
 */
export interface Content {
  readonly root: JsonObject;
  /** Whether a number differs from the one in the bytes (1e400, integers beyond 2^53). */
  readonly lossy: boolean;
  /** Evidence made of the members `names` of `holder` and of all members of `more` (in content form); in canonical order. */
  readonly evidenceOf: (holder: JsonObject, names: readonly string[], more?: JsonObject) => JsonObject;
  /** Registers `to` as the replacement of `from`, an object or array of the body, in evidence. */
  readonly rebuilt: (from: object, to: object) => void;
}

export function readContent(parsed: JsonObject): Content {
  const left = new Map<object, readonly string[]>();
  let lossy = false;
  const root = contentForm(parsed, {
    notFinite: (within, member) => {
      lossy = true;
      left.set(within, [...(left.get(within) ?? []), member]);
    },
    inexact: () => (lossy = true),
  });
  return {
    root,
    lossy,
    evidenceOf: (holder, names, more = {}) => {
      const evidence = { ...pick(holder, names), ...more };
      const marked = left.size === 0 ? [] : notFinite(evidence, holder, names, left);
      return compact(marked.length === 0 ? evidence : { ...evidence, NotFinite: marked });
    },
    rebuilt: (from, to) => {
      const members = left.get(from);
      if (members !== undefined) left.set(to, members);
    },
  };
}

type Left = ReadonlyMap<object, readonly string[]>;

/** The members of the evidence that lost a number, or were dropped because they are one. */
function notFinite(evidence: JsonObject, holder: JsonObject, names: readonly string[], left: Left): readonly string[] {
  const dropped = (left.get(holder) ?? []).filter((name) => names.includes(name));
  const touched = Object.keys(evidence).filter((name) => hasLost(evidence[name] ?? null, left));
  return [...new Set([...dropped, ...touched])].sort();
}

function hasLost(value: Json, left: Left): boolean {
  if (!isList(value) && !isObject(value)) return false;
  return left.has(value) || Object.values(value).some((member: Json) => hasLost(member, left));
}
