import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { TASK_EVENT_TYPES, type TaskEventType } from '@mps-ledger/tasks';
import { CURRENT_SCHEMAS } from './schemas';

const ajv = new Ajv2020({ allErrors: false, allowUnionTypes: true, validateSchema: false });
const compiled = new Map<TaskEventType, ValidateFunction>();

/**
 * Validates data against the schema of the type's current version; returns the first fault, or null. Each schema is compiled once,
 * on first use. The data is not changed.
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

/** Whether a text is an event type. */
export function isTaskEventType(type: string): type is TaskEventType {
  return types.has(type);
}
