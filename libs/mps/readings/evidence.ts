import { contentForm } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

import { compact, isList, isObject, pick } from '../document/json';
import type { JsonObject } from '../document/json';

/**
 * A body in content form, and where numbers that are not finite were left out of it: evidence that lost one says so, so
 * that it is not taken for evidence without it.
 */
export interface Content {
  readonly root: JsonObject;
  /** Whether a number is not what the exact bytes spell (1e400, integers beyond 2^53). */
  readonly lossy: boolean;
  /** Evidence of members of `holder` and of `more`, which has its own members in content form; in canonical order. */
  readonly evidenceOf: (holder: JsonObject, names: readonly string[], more?: JsonObject) => JsonObject;
  /** To be told of an object or array that was made anew out of one of the body, and is to stand for it in evidence. */
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

/** The evidence's members that lost a number, or are one that was left out. */
function notFinite(evidence: JsonObject, holder: JsonObject, names: readonly string[], left: Left): readonly string[] {
  const gone = (left.get(holder) ?? []).filter((name) => names.includes(name));
  const touched = Object.keys(evidence).filter((name) => hasLost(evidence[name] ?? null, left));
  return [...new Set([...gone, ...touched])].sort();
}

function hasLost(value: Json, left: Left): boolean {
  if (!isList(value) && !isObject(value)) return false;
  return left.has(value) || Object.values(value).some((member: Json) => hasLost(member, left));
}
