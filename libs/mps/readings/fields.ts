import { isEmpty } from '@mps-ledger/tasks';
import type { Json, TaskEvent } from '@mps-ledger/tasks';

import { textOf } from '../document/canonical';
import { pick } from '../document/json';
import type { JsonObject } from '../document/json';

type MemberOf<Data> = Data extends unknown ? keyof Data : never;

/** A member of any event's data. */
type DataMember = Exclude<MemberOf<TaskEvent['data']>, 'account' | 'task_id'>;

interface Field {
  readonly member: DataMember;
  readonly read: (value: Json) => Json;
}

/** A text as it is; any other value as text, "" if it is empty. */
const spelled = (value: Json): string => (typeof value !== 'string' && isEmpty(value) ? '' : textOf(value));

const asText = (member: DataMember): Field => ({ member, read: spelled });
const asIs = (member: DataMember): Field => ({ member, read: (value) => value });
/** A number or a string as it is, anything else as text. */
const asCode = (member: DataMember): Field => ({
  member,
  read: (value) => (typeof value === 'number' ? value : spelled(value)),
});

/** The provider's field → the member of an event's data, and the conversion of its value. */
const FIELDS: ReadonlyMap<string, Field> = new Map([
  ['kind', asText('kind')],
  ['SessionId', asText('session_id')],
  ['SessionContext', asText('session_context')],
  ['Status', asText('status')],
  ['InputInfo', asIs('input')],
  ['Input', asIs('input')],
  ['InputInfos', asIs('input')],
  ['Url', { member: 'input', read: (value) => ({ Url: value }) }],
  ['MetaData', asIs('metadata')],
  ['Metadatas', { member: 'metadata', read: (value) => ({ Metadatas: value }) }],
  ['CreateTime', asText('create_time')],
  ['BeginProcessTime', asText('begin_process_time')],
  ['FinishTime', asText('finish_time')],
  ['Progress', asIs('progress')],
  ['ErrCode', asCode('error_code')],
  ['ErrCodeExt', asText('error_code_ext')],
  ['ErrMsg', asText('error_code_ext')],
  ['Message', asText('message')],
  ['Output', asIs('output')],
  ['Type', asText('type')],
  ['IsDetected', asIs('is_detected')],
  ['Result', asIs('result')],
  ['Listed', asIs('listed')],
  ['AtEnd', asIs('at_end')],
  ['NotificationType', asText('notification_type')],
  ['Results', asIs('results')],
  ['NotFinite', asIs('not_finite')],
  ['total', asIs('total')],
  ['succeeded', asIs('succeeded')],
  ['failed', asIs('failed')],
]);

/** The result of an extracted watermark, for which the vendor has no Output. */
const WATERMARK = ['Type', 'IsDetected', 'Result'];

/** The data of an event with this evidence: each field under its name in events; the result of a watermark also as its output. */
export function dataOf(evidence: JsonObject): JsonObject {
  const data: Record<string, Json> = {};
  const watermark = evidence['kind'] === 'extract-blind-watermark' ? pick(evidence, WATERMARK) : {};
  if (Object.keys(watermark).length > 0) data['output'] = watermark;
  for (const name of Object.keys(evidence)) {
    const field = FIELDS.get(name);
    if (field !== undefined) data[field.member] = field.read(evidence[name] ?? null);
  }
  return data;
}
