import type { Random } from '../random';
import type { BodyValue, BodyObject } from './json';

/**
 * How one body is written. MPS guarantees neither an order of members nor one form of missing values: null, absent, "", 0 and empty
 * lists all occur with the same meaning.
 */
export interface Style {
  /** Whether members are in the table's order. */
  readonly shuffles: boolean;
  /** Probabilities that an empty member is omitted, or becomes null. */
  readonly leavesOut: number;
  readonly nulls: number;
  /** Probability that a Definition is a text. */
  readonly textDefinitions: number;
  /** Probability that a Status is written in another case. */
  readonly otherCase: number;
  readonly text: (value: BodyValue) => string;
}

export function styleOf(random: Random): Style {
  return {
    shuffles: random.chance(0.4),
    leavesOut: random.pick([0, 0, 0.3, 1]),
    nulls: random.pick([0, 0, 0.3, 1]),
    textDefinitions: random.chance(0.1) ? 0.5 : 0,
    otherCase: random.chance(0.1) ? 0.5 : 0,
    text: random.pick([compact, compact, compact, indented, flush, escaped]),
  };
}

const compact = (value: BodyValue): string => JSON.stringify(value);
const indented = (value: BodyValue): string => JSON.stringify(value, null, 2);
/** One line per member, not indented, like the first sample. */
const flush = (value: BodyValue): string => JSON.stringify(value, null, 1).replaceAll(/\n +/g, '\n');
/** Pure ASCII, as some languages' encoders write it. */
const escaped = (value: BodyValue): string =>
  JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Rewrites a value in this style without changing its meaning: only empty members, Definitions, secrets and Status words differ. */
export function spelled(value: BodyValue, style: Style, random: Random, name = ''): BodyValue {
  if (Array.isArray(value)) return (value as readonly BodyValue[]).map((element) => spelled(element, style, random));
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value as BodyObject).flatMap(([inner, member]) => {
    const said =
      keptAsGiven(inner, member) ??
      otherText(name, inner, member, style, random) ??
      spelledMember(spelled(member, style, random, inner), style, random);
    return said === undefined ? [] : [[inner, said] as const];
  });
  return Object.fromEntries(style.shuffles ? random.shuffled(members) : members);
}

/** A mark whose absence means something else than its being false. */
function keptAsGiven(inner: string, member: BodyValue): BodyValue | undefined {
  return inner === 'SteadyState' ? member : undefined;
}

/** Another spelling of a value with the same meaning; undefined if it has none, or keeps its own this time. */
function otherText(name: string, inner: string, member: BodyValue, style: Style, random: Random): string | undefined {
  if (name === 'Input' && inner === 'Definition' && typeof member === 'number')
    return random.chance(style.textDefinitions) ? String(member) : undefined;
  // A secret key may change between notifications; the subtask stays the same.
  if (typeof member !== 'string') return undefined;
  if (inner === 'S3SecretKey') return `${member}-${random.below(3)}`;
  if (inner === 'Status' && random.chance(style.otherCase))
    return random.chance(0.5) ? member.toLowerCase() : `${member.slice(0, 1)}${member.slice(1).toLowerCase()}`;
  return undefined;
}

function spelledMember(value: BodyValue, style: Style, random: Random): BodyValue | undefined {
  if (!isEmpty(value)) return value;
  if (random.chance(style.leavesOut)) return undefined;
  return random.chance(style.nulls) ? null : value;
}

function isEmpty(value: BodyValue): boolean {
  if (value === null || typeof value !== 'object')
    return value === null || value === '' || value === 0 || value === false;
  return Object.keys(value).length === 0;
}
