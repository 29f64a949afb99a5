/** Rises when the same content of a task is answered differently, such as with another member or another class of an error. */
const ANSWER_VERSION = 'a1';

/**
 * Entity tags (RFC 9110) of tasks: the tag that the read model gives to a task's content and the version of answers, in quotes. Two
 * answers with one tag are of one content, whatever process or rebuild gave them.
 */
export function entityTag(tag: string): string {
  return `"${tag}.${ANSWER_VERSION}"`;
}

/** Whether an `If-None-Match` header names the tag (weak comparison; `*` names any). */
export function matches(header: string | undefined, tag: string): boolean {
  return header?.trim() === '*' || givenTags(header).includes(tag);
}

/** Tags that a header may name; what is beyond is not looked at. */
const MOST_TAGS = 20;

const OURS = new RegExp(`"([a-z0-9_.]{1,200})\\.${ANSWER_VERSION}"`, 'g');

/** The read model's tags of answers of this version that an `If-None-Match` header names. */
export function givenTags(header: string | undefined): readonly string[] {
  return [...(header ?? '').matchAll(OURS)].slice(0, MOST_TAGS).map(([, tag = '']) => tag);
}
