import { keyForm } from './forms';
import { isList, isObject } from './json';
import type { Json, JsonObject } from './json';
import { offsetsOf, UNIDENTIFYING_MEMBERS } from './live-members';

/**
 * One result of a live stream: a sentence, a face, a recorded file. A stream reports it in one or many notifications, and those of
 * subtitles also while they are still being recognized (unsteady).
 */
export interface LiveItem {
  /** `AiRecognition.AsrFullTextRecognition`, `AiReview.ImagePorn`, `AiQualityControl.Jitter`, `AiSmartSubtitle`, `LiveRecord`. */
  readonly kind: string;
  /** Offset in the stream, in the provider's unit for this kind; null if it has none. */
  readonly start: number | null;
  readonly end: number | null;
  /**
   * False exactly if the provider marks it as not steady (`SteadyState: false`): a later item may replace it. An item without the mark
   * counts as steady, so that it is never hidden; the vendor's documents do not say what its absence means.
   */
  readonly steady: boolean;
  /** Who speaks (`UserId`), where the provider says so. */
  readonly speaker: string | null;
  /** The provider's object. */
  readonly item: JsonObject;
}

const INFO = /ResultInfo$/;
const SET = /Result(?:s|Set)?$/;
/** What the names of sets without `Set` or `Result` mean, where that is not the Type of their element. */
const TYPE_BY_SET: ReadonlyMap<string, string> = new Map([['Segment', 'SegmentRecognition']]);

/**
 * The items in the results of a live notification (`data.results`), in the order of its members. Total: whatever is not the vendor's
 * shape is skipped or read by its names. The deprecated names of sets give the same items as the current ones.
 */
export function* liveItems(results: JsonObject): Generator<LiveItem> {
  for (const [name, info] of Object.entries(results)) {
    if (!INFO.test(name)) continue;
    const family = name.replace(INFO, '');
    for (const one of objectsIn(info)) yield* itemsOfInfo(family, one);
  }
}

function* itemsOfInfo(family: string, info: JsonObject): Generator<LiveItem> {
  for (const [name, value] of Object.entries(info))
    for (const element of objectsIn(value))
      yield* name === 'ResultSet' ? itemsOfResult(family, element) : itemsOfElement(family, element);
}

/** Of `ResultSet`: an element with its Type and, in a member of their own, the items of that type. */
function* itemsOfResult(family: string, result: JsonObject): Generator<LiveItem> {
  const type = typeOf(result);
  let hasSets = false;
  for (const [name, value] of Object.entries(result))
    for (const element of objectsIn(value)) {
      hasSets = true;
      yield* itemsBelow(kindOf(family, typeBySet(name) ?? type ?? name), element, 'Paragraphs');
    }
  if (!hasSets && holdsMore(result)) yield itemOf(kindOf(family, type), result);
}

/** Of any other set: an element that is an item, or that holds the items of its Type (quality control). */
function itemsOfElement(family: string, element: JsonObject): Generator<LiveItem> {
  return itemsBelow(kindOf(family, typeOf(element)), element, 'QualityControlItems');
}

/** The objects in a member of an element; the element itself, if it has none there. */
function* itemsBelow(kind: string, element: JsonObject, member: string): Generator<LiveItem> {
  let hasItems = false;
  for (const item of objectsIn(element[member])) {
    hasItems = true;
    yield itemOf(kind, item);
  }
  if (!hasItems && Object.keys(element).length > 0) yield itemOf(kind, element);
}

function itemOf(kind: string, item: JsonObject): LiveItem {
  const { SteadyState: steady, UserId: user } = item;
  return {
    kind,
    ...offsetsOf(item),
    steady: steady !== false && steady !== 'false',
    speaker: typeof user === 'string' && user !== '' ? user : null,
    item,
  };
}

function kindOf(family: string, type: string | undefined): string {
  return type === undefined ? family : `${family}.${type}`;
}

/** `ImagePorn` of `ImagePornResultSet`; undefined for a name that is not the name of a set. */
function typeBySet(name: string): string | undefined {
  if (!SET.test(name)) return undefined;
  const type = name.replace(SET, '');
  return TYPE_BY_SET.get(type) ?? (type === '' ? undefined : type);
}

function typeOf({ Type: type }: JsonObject): string | undefined {
  return typeof type === 'string' && type !== '' ? type : undefined;
}

/** Whether an element has a value besides its Type and empty lists. */
function holdsMore(element: JsonObject): boolean {
  return Object.entries(element).some(([name, value]) => name !== 'Type' && value !== null && !isList(value));
}

/** The objects of a list, also of one inside it; a single object in place of a list. */
function* objectsIn(value: Json | undefined): Generator<JsonObject> {
  if (isObject(value)) yield value;
  else if (isList(value)) for (const element of value) yield* objectsIn(element);
}

/**
 * What sets two items of one kind and start apart, in key form: all that the item says, without where it ends, how sure the provider
 * is of it, and what may change without its being another item. An item without an offset is told apart by its time.
 */
export function liveItemIdentity(item: JsonObject): Json {
  const { start, end } = offsetsOf(item);
  // 0 and absent are one: some transports omit defaults.
  const hasOffset = (start ?? 0) !== 0 || (end ?? 0) !== 0;
  const telling = Object.entries(item).filter(
    ([name]) => !UNIDENTIFYING_MEMBERS.has(name) && !(hasOffset && name === 'StartTime'),
  );
  return keyForm(Object.fromEntries(telling));
}

const TEXT_MEMBERS = [
  ...['Text', 'Trans', 'Word', 'Title', 'Name', 'Label', 'Description', 'Summary'],
  ...['Url', 'HighlightUrl', 'HighlightPath', 'SegmentUrl', 'Id'],
];

/** The text of an item, for people; null if it has none. */
export function liveItemText(item: JsonObject): string | null {
  for (const name of TEXT_MEMBERS) {
    const text = item[name];
    if (typeof text === 'string' && text !== '') return text;
  }
  return null;
}
