/**
 * Entity tags (RFC 9110) of tasks: the tag that the read model gives to a task's content, in quotes. Two answers with one
 * tag are of one content, whatever process or rebuild gave them.
 */
export function entityTag(tag: string): string {
  return `"${tag}"`;
}

/** Whether an `If-None-Match` header names the tag (weak comparison; `*` names any). */
export function matches(header: string | undefined, tag: string): boolean {
  return header?.trim() === '*' || givenTags(header).includes(tag);
}

/** Tags that a header may name; what is beyond is not looked at. */
const MOST_TAGS = 20;

/** The tags of ours that an `If-None-Match` header names. */
export function givenTags(header: string | undefined): readonly string[] {
  return [...(header ?? '').matchAll(/"([a-z0-9_.]{1,200})"/g)].slice(0, MOST_TAGS).map(([, tag = '']) => tag);
}
