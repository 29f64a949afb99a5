import { eventWords } from './event-words';
import { entriesOf } from './history-entry';
import { spansOf } from './spans';

type Item = Parameters<typeof entriesOf>[0][number];

const item = (type: string, data: object = {}, members: Partial<Item> = {}): Item =>
  ({
    position: `e1.${type}`,
    logged: '2026-11-30T12:00:00.000Z',
    annotations: [],
    event: { type: `mps.${type}`, trust: 'queue', recordedtime: '2026-11-30T11:59:59.000Z', causationid: 'n', data },
    ...members,
  }) as Item;

describe('the entries of a timeline', () => {
  it('count a version with each notification that is applied, also over pages', () => {
    const items = [
      item('task.started'),
      item('notification.received'),
      item('notification.received', {}, { annotations: ['parked'] }),
      item('notification.received'),
    ];
    expect(entriesOf(items, 5).map(({ version, endsVersion }) => [version, endsVersion])).toEqual([
      [6, false],
      [6, true],
      [7, false],
      [7, true],
    ]);
    expect(entriesOf(items, null).every(({ version, endsVersion }) => version === null && !endsVersion)).toBe(true);
  });

  it('are there where the event cannot be read, whatever it is', () => {
    for (const event of [null, 'text', 5, [], { type: 1, data: 'x' }]) {
      const [entry] = entriesOf([item('x', {}, { event, reason: 'because' })]);
      expect(entry).toMatchObject({ type: 'unreadable', reason: 'because', data: {}, trust: null });
    }
  });

  it('say what failed, and how large a notification was', () => {
    const failed = { kind: 'Transcode', definition: '10', error_code: 1, error_code_ext: 'E', message: 'm' };
    expect(entriesOf([item('subtask.failed', failed)]).map(eventWords)).toEqual([
      { what: 'Subtask failed', about: 'Transcode 10 · code 1 · E · m' },
    ]);
    const received = { transport: 'callback', events: 6, size: 4172 };
    expect(entriesOf([item('notification.received', received)]).map(eventWords)).toEqual([
      { what: 'Notification received', about: 'callback · 6 events · 4172 bytes' },
    ]);
    expect(entriesOf([item('new.event-type')]).map(eventWords)).toEqual([{ what: 'New event type', about: '' }]);
  });
});

describe('the times of subtasks', () => {
  const ended = (key: string, begin: string, finish: string): Item =>
    item('subtask.succeeded', {
      key,
      begin_process_time: `2026-01-01T${begin}Z`,
      finish_time: `2026-01-01T${finish}Z`,
    });

  it('are within the time of them all', () => {
    const spans = spansOf(entriesOf([ended('a', '10:00:00', '10:10:00'), ended('b', '10:05:00', '10:20:00')]));
    const at = (time: string): number => Date.parse(`2026-01-01T${time}Z`);
    expect(spans?.whole).toEqual({ from: at('10:00:00'), to: at('10:20:00') });
    expect(spans?.bySubtask.get('b')).toEqual({ from: at('10:05:00'), to: at('10:20:00') });
  });

  it('are added to those that are known', () => {
    const known = spansOf(entriesOf([ended('a', '10:00:00', '10:10:00')]));
    expect(spansOf(entriesOf([ended('b', '10:05:00', '10:20:00')]), known)?.bySubtask.size).toBe(2);
    expect(spansOf([], known)).toBe(known);
  });

  it('are none where the provider gives none, or ones that cannot be', () => {
    expect(
      spansOf(entriesOf([item('subtask.succeeded', { key: 'a', begin_process_time: 'x', finish_time: 'y' })])),
    ).toBeNull();
    expect(spansOf(entriesOf([ended('a', '10:10:00', '10:00:00')]))).toBeNull();
    expect(spansOf([])).toBeNull();
  });
});
