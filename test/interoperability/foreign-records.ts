import type { LogRecord } from '@mps-ledger/event-log';

/** A record as any client may see it; key and value as text, since all of ours are. */
export interface SeenRecord {
  readonly partition: number;
  readonly offset: number;
  readonly logged: string;
  readonly key: string | null;
  readonly value: string | null;
  /** In the order of the record. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const IN_ORDER = (one: SeenRecord, other: SeenRecord): number =>
  one.partition - other.partition || one.offset - other.offset;

/** The same, as our own driver read it. */
export function seenByUs({ partition, offset, logged, key, value, headers }: LogRecord): SeenRecord {
  const text = (bytes: Buffer | null) => bytes?.toString('utf8') ?? null;
  return { partition, offset, logged, key: text(key), value: text(value), headers: Object.entries(headers) };
}

interface KcatLine {
  readonly partition: number;
  readonly offset: number;
  readonly tstype: string;
  readonly ts: number;
  /** Names and values in turn. */
  readonly headers?: readonly string[];
  readonly key: string | null;
  readonly payload: string | null;
}

/** What `kcat -J` printed: an object a line. */
export function seenByKcat(printed: string): readonly SeenRecord[] {
  const lines = printed.split('\n').filter((line) => line !== '');
  return lines
    .map((line) => {
      const { partition, offset, tstype, ts, headers = [], key, payload } = JSON.parse(line) as KcatLine;
      if (tstype !== 'logappend') throw new Error(`a time of kind ${tstype}`);
      const pairs = headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? ''] as const] : []));
      return { partition, offset, logged: new Date(ts).toISOString(), key, value: payload, headers: pairs };
    })
    .sort(IN_ORDER);
}

/** Control characters that no header or JSON of ours has, so that what is between them can be taken apart. */
const BETWEEN = { fields: '\u001f', headers: '\u001e', records: '\u001d', name: ':', nothing: '\u001c' } as const;

/** Makes the console consumer print these. */
export const UNMISTAKABLE: readonly string[] = [
  ...['--property', `key.separator=${BETWEEN.fields}`, '--property', `headers.separator=${BETWEEN.headers}`],
  ...['--property', `line.separator=${BETWEEN.records}`, '--property', `null.literal=${BETWEEN.nothing}`],
];

/** What the console consumer printed of time, partition, offset, headers, key and value. */
export function seenByConsole(printed: string): readonly SeenRecord[] {
  const records = printed.split(BETWEEN.records).filter((record) => record !== '');
  const textOf = (field = '') => (field === BETWEEN.nothing ? null : field);
  return records
    .map((record) => {
      const [time = '', partition = '', offset = '', headers = '', key, ...values] = record.split(BETWEEN.fields);
      return {
        partition: Number(partition.replace('Partition:', '')),
        offset: Number(offset.replace('Offset:', '')),
        logged: new Date(Number(time.replace('LogAppendTime:', ''))).toISOString(),
        key: textOf(key),
        value: textOf(values.join(BETWEEN.fields)),
        headers: headers.split(BETWEEN.headers).map((header) => {
          const [name = '', ...rest] = header.split(BETWEEN.name);
          return [name, rest.join(BETWEEN.name)] as const;
        }),
      };
    })
    .sort(IN_ORDER);
}
