/** One event of a stream, as the HTML standard spells server-sent events. */
export interface SseEvent {
  readonly event: string;
  /** What a client sends as `Last-Event-ID`. Default: it keeps the one before. */
  readonly id?: string;
  readonly data: string;
}

const LINE_END = /\r\n|\r|\n/;

export function sseEvent({ event, id, data }: SseEvent): string {
  const lines = LINE_END.test(data)
    ? data
        .split(LINE_END)
        .map((line) => `data: ${line}\n`)
        .join('')
    : `data: ${data}\n`;
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\n${lines}\n`;
}

/** What clients ignore. */
export function comment(text: string): string {
  return `: ${text}\n\n`;
}
