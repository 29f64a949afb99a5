/** A record to append: exact bytes and text headers, the same shape as the event log's. */
export interface RecordToAppend {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A record read from the log, as much of it as decoding looks at. */
export interface RecordRead {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly partition: number;
  readonly offset: number;
  readonly logged: string;
}

/** A header's value, or undefined; never a member of Object.prototype. */
export function header(record: Pick<RecordRead, 'headers'>, name: string): string | undefined {
  return Object.hasOwn(record.headers, name) ? record.headers[name] : undefined;
}
