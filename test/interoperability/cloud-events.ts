import Ajv2020 from 'ajv/dist/2020';
import { CloudEvent, Kafka as Binding, type Message } from 'cloudevents';
import type { SeenRecord } from './foreign-records';

const asMessage = ({ key, value, headers }: SeenRecord): Message =>
  ({ key, value, headers: Object.fromEntries(headers) }) as unknown as Message;

/** Whether the CloudEvents SDK takes a record for an event. */
export function isCloudEvent(record: SeenRecord): boolean {
  return Binding.isEvent(asMessage(record));
}

/**
 * A record as the CloudEvents SDK reads it, in structured mode, validated by it. Throws what it holds against it. Its binding to
 * Kafka (10.0.0) fails where there is no `time`: there the SDK is given the members.
 */
export function toCloudEventBySdk(record: SeenRecord): CloudEvent<unknown> {
  const members = JSON.parse(record.value ?? '') as Partial<CloudEvent<unknown>>;
  if (members.time === undefined) return validated(new CloudEvent(members));
  const event = Binding.toEvent<unknown>(asMessage(record));
  if (Array.isArray(event)) throw new Error('one record is no batch');
  return validated(event as CloudEvent<unknown>);
}

function validated(event: CloudEvent<unknown>): CloudEvent<unknown> {
  if (!event.validate()) throw new Error(`not valid: ${event.toString()}`);
  return event;
}

/** What schemas hold against the data of an event that names one of them. */
export type DataFault = (event: CloudEvent<unknown>) => string | null;

/** Fetches all schemas that an API publishes. */
export async function publishedSchemas(api: string): Promise<DataFault> {
  const fetchJson = async (path: string): Promise<unknown> => (await fetch(`${api}${path}`)).json();
  const { items } = (await fetchJson('/schemas')) as { items: { id: string; href: string }[] };
  // Strict: a keyword that a validator does not know is a schema that others read otherwise than we do.
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  for (const { id, href } of items) ajv.addSchema((await fetchJson(href)) as object, id);
  return ({ dataschema = '', data }) => {
    const validate = ajv.getSchema(dataschema);
    if (validate === undefined) return `no schema ${dataschema}`;
    return validate(data) === true ? null : ajv.errorsText(validate.errors);
  };
}
