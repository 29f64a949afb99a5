import { annotate } from './index';
import type { TaskEventType, TimelineEntry } from './index';

/** An entry whose id is its type and subtask, heard in notification `by`. */
function heard(type: TaskEventType, by: string, subtaskKey: string | null = null, parked = false): TimelineEntry {
  return { id: `${type} ${subtaskKey ?? ''}`, type, causationId: by, subtaskKey, parked };
}

function annotations(...history: readonly TimelineEntry[]): readonly (readonly string[])[] {
  return annotate(history).map((entry) => entry.annotations);
}

describe('the timeline', () => {
  it('has nothing to say of a life in order', () => {
    expect(annotations(heard('task.queued', 'a'), heard('task.started', 'b'), heard('task.finished', 'c'))).toEqual([
      [],
      [],
      [],
    ]);
  });

  it('calls the same fact of another notification a duplicate', () => {
    expect(annotate([heard('task.finished', 'a'), heard('task.finished', 'b')])).toEqual([
      { annotations: [], redelivery: false },
      { annotations: ['duplicate'], redelivery: false },
    ]);
  });

  it('does not show the same fact of the same notification again', () => {
    const twice = [heard('task.finished', 'a'), heard('task.finished', 'b'), heard('task.finished', 'a')];
    expect(annotate(twice).map((entry) => entry.redelivery)).toEqual([false, false, true]);
  });

  it('calls a lower status after a higher one late', () => {
    expect(annotations(heard('task.started', 'a'), heard('task.queued', 'b'))).toEqual([[], ['late']]);
    const key = 'Transcode:10:';
    expect(annotations(heard('subtask.succeeded', 'a', key), heard('subtask.progressed', 'b', key))).toEqual([
      [],
      ['late'],
    ]);
  });

  it('calls processing after finished reopened as well', () => {
    expect(annotations(heard('task.finished', 'a'), heard('task.started', 'b'))).toEqual([[], ['late', 'reopened']]);
  });

  it('does not mix up subtasks with each other or with the task', () => {
    expect(
      annotations(heard('subtask.succeeded', 'a', 'x'), heard('subtask.started', 'b', 'y'), heard('task.started', 'b')),
    ).toEqual([[], [], []]);
  });

  it('takes one notification for one moment, so that twins in it are not late', () => {
    const key = 'Transcode:10:';
    expect(annotations(heard('subtask.succeeded', 'a', key), heard('subtask.started', 'a', key))).toEqual([[], []]);
    expect(
      annotations(
        heard('subtask.queued', 'b', key),
        heard('subtask.succeeded', 'a', key),
        heard('subtask.started', 'a', key),
      ),
    ).toEqual([[], [], []]);
    expect(
      annotations(
        heard('subtask.succeeded', 'a', key),
        heard('subtask.failed', 'b', key),
        heard('subtask.started', 'b', key),
      ),
    ).toEqual([[], [], ['late']]);
  });

  it('still knows the statuses of other notifications when one reports a higher status and then a lower one', () => {
    const key = 'Transcode:10:';
    expect(
      annotations(
        heard('subtask.started', 'a', key),
        heard('subtask.succeeded', 'b', key),
        heard('subtask.queued', 'b', key),
      ),
    ).toEqual([[], [], ['late']]);
    expect(
      annotations(
        heard('subtask.succeeded', 'a', key),
        heard('subtask.started', 'b', key),
        heard('subtask.queued', 'a', key),
      ),
    ).toEqual([[], ['late'], ['late']]);
  });

  it('treats the statuses of one notification as one moment, in any order', () => {
    const key = 'Transcode:10:';
    const queued = heard('subtask.queued', 'a', key);
    const started = heard('subtask.started', 'a', key);
    const succeeded = heard('subtask.succeeded', 'a', key);
    expect(annotations(started, succeeded, queued)).toEqual([[], [], []]);
    expect(annotations(succeeded, started, queued)).toEqual([[], [], []]);
  });

  it('remembers the highest status that one notification reported', () => {
    const key = 'Transcode:10:';
    const late = heard('subtask.queued', 'b', key);
    expect(annotations(heard('subtask.queued', 'a', key), heard('subtask.started', 'a', key), late)).toEqual([
      [],
      [],
      ['duplicate', 'late'],
    ]);
    expect(annotations(heard('subtask.started', 'a', key), heard('subtask.queued', 'a', key), late)).toEqual([
      [],
      [],
      ['duplicate', 'late'],
    ]);
  });

  it('remembers the highest status over three notifications', () => {
    const key = 'Transcode:10:';
    expect(
      annotations(
        heard('subtask.succeeded', 'a', key),
        heard('subtask.queued', 'b', key),
        heard('subtask.started', 'c', key),
      ),
    ).toEqual([[], ['late'], ['late']]);
    expect(
      annotations(
        heard('subtask.queued', 'a', key),
        heard('subtask.succeeded', 'b', key),
        heard('subtask.started', 'c', key),
      ),
    ).toEqual([[], [], ['late']]);
  });

  it('ignores an event without a status', () => {
    const quiet: TaskEventType[] = ['notification.received', 'task.reported', 'media.probed'];
    for (const type of quiet) {
      expect(annotations(heard('task.started', 'a'), heard(type, 'b'), heard('task.queued', 'c'))).toEqual([
        [],
        [],
        ['late'],
      ]);
      expect(annotations(heard(type, 'a'), heard('task.started', 'b'), heard('task.queued', 'c'))).toEqual([
        [],
        [],
        ['late'],
      ]);
    }
    for (const type of ['subtask.reported', 'subtask.counted'] as const) {
      expect(annotations(heard('subtask.succeeded', 'a', 'x'), heard(type, 'b', 'x'))).toEqual([[], []]);
    }
  });

  it('takes no status from an event of a type that is not known, parked or not', () => {
    const odd = { id: 'odd', type: null, causationId: 'a', subtaskKey: null, parked: false };
    expect(annotations(odd, heard('task.started', 'b'), heard('task.queued', 'c'))).toEqual([[], [], ['late']]);
  });

  it('marks a parked event that was received before as a duplicate too', () => {
    const parked = (by: string) => heard('task.finished', by, null, true);
    expect(annotate([parked('a'), parked('b'), parked('a')])).toEqual([
      { annotations: ['parked'], redelivery: false },
      { annotations: ['duplicate', 'parked'], redelivery: false },
      { annotations: ['parked'], redelivery: true },
    ]);
  });

  it('marks parked events and takes no status from them', () => {
    expect(annotations(heard('task.finished', 'a', null, true), heard('task.started', 'b'))).toEqual([['parked'], []]);
    expect(annotate([{ id: '', type: null, causationId: '', subtaskKey: null, parked: true }])[0]?.annotations).toEqual(
      ['parked'],
    );
  });
});
