import type { Json } from '@mps-ledger/tasks';

import { textOf } from './canonical';

/** An ErrCode as events carry it: a number or a string as it is, anything else as text. */
export function errorCodeOf(value: Json | undefined): number | string | undefined {
  return typeof value === 'number' ? value : textOf(value);
}

/** Whether an ErrCode in normal form tells of an error: absent is 0, and so is the text "0". */
export function isError(value: Json | undefined): value is Json {
  return value !== undefined && value !== '0';
}
