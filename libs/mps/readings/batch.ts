import type { Json } from '@mps-ledger/tasks';

import type { Content } from './evidence';
import { isObject, listOf, own, pick } from '../document/json';
import type { JsonObject } from '../document/json';

/** Members of a result that are not its output. */
const NOT_OUTPUT: ReadonlySet<string> = new Set([
  'Status',
  'Progress',
  'ErrCode',
  'ErrCodeExt',
  'Message',
  'Input',
  'Output',
  'BeginProcessTime',
  'FinishTime',
]);

/**
 * The body of a batch in the form of the holder table. In the vendor's form (BatchSubTaskResult) the results, one for each input,
 * are SmartSubtitlesTaskResult.Outputs; they share the Input beside the list, and their output is in members of their own. The
 * vendor does not say which result is of which input, so results are distinguished by their Input only.
 */
export function batchBody(body: JsonObject, { rebuilt }: Content): JsonObject {
  const given = own(body, 'SmartSubtitlesTaskResult');
  if (given === undefined) return body;
  const results = listOf(given).map((result) => (isObject(result) ? withHolders(result, rebuilt) : result));
  const rewritten = { ...body, SmartSubtitlesTaskResult: results };
  rebuilt(body, rewritten);
  return rewritten;
}

type Rebuilt = Content['rebuilt'];

function withHolders(result: JsonObject, rebuilt: Rebuilt): JsonObject {
  const outputs = own(result, 'Outputs');
  if (outputs === undefined) return result;
  const input = own(result, 'Input');
  return { ...result, Outputs: listOf(outputs).map((one) => (isObject(one) ? holderOf(one, input, rebuilt) : one)) };
}

function holderOf(result: JsonObject, input: Json | undefined, rebuilt: Rebuilt): JsonObject {
  const names = Object.keys(result);
  const members = pick(
    result,
    names.filter((name) => !NOT_OUTPUT.has(name)),
  );
  const shared: JsonObject = input === undefined ? {} : { Input: input };
  const output: JsonObject = Object.keys(members).length === 0 ? {} : { Output: members };
  const holder = { ...shared, ...output, ...pick(result, [...NOT_OUTPUT]) };
  rebuilt(result, members);
  rebuilt(result, holder);
  return holder;
}
