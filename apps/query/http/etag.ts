/** Rises when the same content of a task is answered differently, such as with another member or another class of an error. */
const ANSWER_VERSION = 'a1';

/**
 * Entity tags (RFC 9110) of answers: a tag of the content, such as the read model gives to a task, and the version of answers. Two
 * answers with one tag are of one content, whatever process or rebuild gave them. They are weak: a content has one tag, compressed or not.
 */
export function entityTag(tag: string): string {
  return `W/"${tag}.${ANSWER_VERSION}"`;
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
