import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { TASK_EVENT_TYPES, type TaskEventType } from '@mps-ledger/tasks';
import { CURRENT_SCHEMAS } from './schemas';

const ajv = new Ajv2020({ allErrors: false, allowUnionTypes: true, validateSchema: false });
const compiled = new Map<TaskEventType, ValidateFunction>();

/**
 * Says what the schema of the type's current version holds against the data, or null. Each schema is compiled once, when
 * it is first needed; validation stops at the first fault and changes nothing.
 */
export function faultOf(type: TaskEventType, data: unknown): string | null {
  const validate = compiled.get(type) ?? compile(type);
  if (validate(data)) return null;
  const fault = validate.errors?.[0];
  return fault === undefined ? 'refused' : `${fault.instancePath || '/'} ${fault.message ?? fault.keyword}`;
}

function compile(type: TaskEventType): ValidateFunction {
  const validate = ajv.compile(CURRENT_SCHEMAS[type]);
  compiled.set(type, validate);
  return validate;
}

const types: ReadonlySet<string> = new Set(TASK_EVENT_TYPES);

/** True for a type of the vocabulary. */
export function isTaskEventType(type: string): type is TaskEventType {
  return types.has(type);
}
