/** One server-sent event. */
export interface StreamEvent {
  readonly event: string;
  /** Null where it has none. */
  readonly id: string | null;
  readonly data: string;
}

/** Takes text as it comes and answers the events that are whole. Comments are left out. */
export function makeEventReader(): (text: string) => StreamEvent[] {
  let rest = '';
  return (text) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => {
      const event = eventOf(block.split('\n'));
      return event === null ? [] : [event];
    });
  };
}

function eventOf(lines: readonly string[]): StreamEvent | null {
  const fields = lines
    .filter((line) => !line.startsWith(':'))
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).replace(/^ /, '')] as const);
  const valueOf = (name: string): string | null => fields.find(([given]) => given === name)?.[1] ?? null;
  const data = fields.flatMap(([name, value]) => (name === 'data' ? [value] : []));
  const event = valueOf('event');
  return event === null ? null : { event, id: valueOf('id'), data: data.join('\n') };
}
