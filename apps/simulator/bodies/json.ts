/** A JSON value of a notification. */
export type BodyValue = null | boolean | number | string | readonly BodyValue[] | BodyObject;
export interface BodyObject {
  readonly [member: string]: BodyValue;
}
