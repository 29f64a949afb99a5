import { isEmpty } from '@mps-ledger/tasks';

import type { RoutedNotification } from '../envelope/envelope';
import type { Content } from './evidence';
import { own, pick } from '../document/json';
import type { JsonObject } from '../document/json';

/** Members of a response that describes a task which are about the task itself. */
const OUTER = ['Status', 'CreateTime', 'BeginProcessTime', 'FinishTime'];

/**
 * The task of a response that describes one (DescribeTaskDetail, DescribeBatchTaskDetail, DescribeImageTaskDetail) in the form that
 * notifications have: the task's own object with the status and the times of the response. The time that MPS writes for something
 * that has not happened yet is left out, like all that is empty.
 */
export function bodyOfDetail({ kind, message, task }: RoutedNotification, { rebuilt }: Content): JsonObject {
  const inner = task ?? (kind === undefined ? message : {});
  const body = { ...inner, ...presentOuter(message), ...(kind === 'image' ? imageError(message) : {}) };
  rebuilt(inner, body);
  return body;
}

function presentOuter(message: JsonObject): JsonObject {
  return pick(
    message,
    OUTER.filter((name) => !isEmpty(own(message, name))),
  );
}

/** The error of an image task: ErrMsg is its code as text, which stands in for an ErrCode or a Message that is empty. */
function imageError(message: JsonObject): JsonObject {
  const code = own(message, 'ErrMsg');
  if (code === undefined || isEmpty(code)) return {};
  const unset = ['ErrCode', 'Message'].filter((name) => isEmpty(own(message, name)));
  return Object.fromEntries(unset.map((name) => [name, code]));
}
