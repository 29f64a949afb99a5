import { timingSafeEqual } from 'node:crypto';

/** Whether any of the computed signatures is the given one. All are compared, each in a time that does not depend on its content. */
export function isAnyEqual(computed: readonly Buffer[], given: Buffer): boolean {
  return computed.map((one) => one.length === given.length && timingSafeEqual(one, given)).includes(true);
}
