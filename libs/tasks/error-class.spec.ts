import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { checkProperty, event, subtask } from '@mps-ledger/spec-kit';
import { ERROR_CLASS_TABLE, ERROR_CODE_EXT_TABLE, LIVE_CODE_TABLE } from './error-knowledge';
import { describeErrorCode, describeTask, ERROR_CLASSES, fold, initialState } from './index';
import type { SubtaskView, TaskEvent, TaskView } from './index';

const described = (...events: readonly TaskEvent[]): TaskView => describeTask(fold(initialState, events), 0);

/** A subtask that failed with these codes. */
function failedWith(error_code_ext: string | undefined, error_code: number | string = 70000): SubtaskView {
  const codes = error_code_ext === undefined ? { error_code } : { error_code, error_code_ext };
  const [view] = described(event('subtask.failed', { ...subtask('Transcode:1:'), ...codes })).subtasks;
  return view!;
}

const finished = (kind: 'workflow' | 'edit-media', error_code: number | string): TaskView =>
  described(event('task.finished', { kind, status: 'FINISH', error_code }));

const NOTHING = { error_class: null, retryable: null, error_note: null };
const UNKNOWN = { error_class: 'unknown', retryable: null, error_note: null };

describe('the class of a failure', () => {
  it.each([
    ['InvalidInput', 'invalid-input', false],
    ['InvalidInput.InvalidTimeOffset', 'invalid-input', false],
    ['InvalidInput.DefinitionNotExist', 'invalid-input', false],
    ['InvalidInput.TaskDuplicated', 'invalid-input', false],
    ['InvalidInput.NotDocumented.At.All', 'invalid-input', false],
    ['SourceFileError', 'source-file', false],
    ['SourceFileError.NoVideoMedia', 'source-file', false],
    ['SourceFileError.NoVideoResolution', 'source-file', false],
    ['SourceFileError.NoVideoResolutio', 'source-file', false],
    ['SourceFileError.DownloadNotAccessible', 'source-file', false],
    ['InternalError', 'service', true],
    ['InternalError.Anything', 'service', true],
    [' \tInternalError\n', 'service', true],
    ['internalerror', 'service', true],
    ['INVALIDINPUT.X', 'invalid-input', false],
  ])('of %j is %s', (code, error_class, retryable) => {
    expect(failedWith(code)).toMatchObject({ error_class, retryable });
  });

  it.each([
    ...['E', 'InvalidInputs', 'InvalidInput:X', 'X.InvalidInput', '.InvalidInput', '.', 'FailedOperation'],
    ...['constructor', '__proto__', 'toString.x', 'hasOwnProperty', '\0', '４００２', '30010', '4002'],
  ])('of %j is unknown, and so is whether a retry helps', (code) => {
    expect(failedWith(code)).toMatchObject(UNKNOWN);
  });

  it('is unknown for a number, which stays what it is', () => {
    expect(failedWith(undefined, 30010)).toMatchObject({ ...UNKNOWN, error_code: 30010, error_code_ext: null });
    expect(failedWith(undefined, 4002)).toMatchObject(UNKNOWN);
    expect(failedWith('')).toMatchObject(UNKNOWN);
  });

  it('comes from ErrCode where ErrCodeExt is absent or blank, and from ErrCodeExt else', () => {
    expect(failedWith(undefined, 'InternalError')).toMatchObject({ error_class: 'service' });
    expect(failedWith('  ', 'InternalError')).toMatchObject({ error_class: 'service' });
    expect(failedWith('Other', 'InternalError')).toMatchObject(UNKNOWN);
  });

  it('is none of what did not fail', () => {
    const view = described(
      event('task.started', { kind: 'workflow' }),
      event('subtask.succeeded', subtask('Transcode:1:')),
      event('subtask.started', subtask('Transcode:2:')),
    );
    for (const one of [view, ...view.subtasks]) expect(one).toMatchObject(NOTHING);
    expect(finished('workflow', 0)).toMatchObject(NOTHING);
  });

  it('is that of the end that counts', () => {
    const failed = (error_code_ext: string, finish_time: string) =>
      event('subtask.failed', { ...subtask('Transcode:1:'), error_code: 1, error_code_ext, finish_time });
    const older = failed('InternalError', '2026-11-22T09:00:00.000Z');
    const newer = failed('SourceFileError', '2026-11-22T10:00:00.000Z');
    for (const order of [[older, newer] as const, [newer, older] as const]) {
      expect(described(...order).subtasks).toMatchObject([{ error_class: 'source-file', retryable: false }]);
    }
  });

  it('of a task itself comes from its ErrCode', () => {
    expect(finished('edit-media', 'InvalidInput.X')).toMatchObject({ error_class: 'invalid-input', retryable: false });
    expect(finished('edit-media', 70000)).toMatchObject(UNKNOWN);
    expect(finished('edit-media', 4002)).toMatchObject(UNKNOWN);
  });

  it('is one of the list for any code, and never depends on what is in the table by accident', () => {
    checkProperty(
      fc.property(fc.string({ unit: 'binary' }), fc.oneof(fc.integer(), fc.string()), (ext, code) => {
        expect(ERROR_CLASSES).toContain(failedWith(ext, code).error_class);
      }),
    );
  });
});

describe('the note of a failure', () => {
  it('tells where a code is documented', () => {
    expect(failedWith('InvalidInput.TaskDuplicated').error_note).toMatch(/266\/50368 \(VOD\), which MPS may share/);
    expect(failedWith('InvalidInput.DefinitionNotExist').error_note).toMatch(/862\/50369/);
    expect(failedWith('SourceFileError.NoVideoResolutio').error_note).toMatch(
      /NoVideoResolution, as the international/,
    );
    expect(failedWith('InvalidInput.NotDocumented').error_note).toBeNull();
  });

  it('names the codes of a live stream, and that they are documented for another channel', () => {
    const ended = (error_code: number | string): TaskView => described(event('live.ended', { error_code }));
    for (const code of [4002, '4002']) {
      const view = ended(code);
      expect(view).toMatchObject({ kind: 'live', error_class: 'unknown', retryable: null, error_code: code });
      expect(view.error_note).toMatch(/^no data arrived in time .*WebSocket subtitle channel only/);
    }
    expect(ended(4007)).toMatchObject(UNKNOWN);
    expect(ended(0)).toMatchObject(NOTHING);
  });
});

describe('the tables', () => {
  it('have each code once, and a source for each', () => {
    for (const table of [ERROR_CODE_EXT_TABLE, LIVE_CODE_TABLE]) {
      expect(new Set(table.map(({ code }) => code.toLowerCase())).size).toBe(table.length);
      for (const { source } of table) expect(source).toMatch(/\d+\/\d+/);
    }
    for (const { source } of ERROR_CLASS_TABLE) expect(source).toMatch(/\d+\/\d+/);
  });

  it('are those of docs/error-codes.md', () => {
    const page = readFileSync(join(process.cwd(), 'docs/error-codes.md'), 'utf8');
    const words = [...ERROR_CODE_EXT_TABLE, ...LIVE_CODE_TABLE].map(({ code }) => code);
    for (const word of [...words, ...ERROR_CLASSES]) expect(page).toContain(`\`${word}\``);
  });
});

describe('the class of a code in a list', () => {
  it.each([0, '0', '', '00', 30010, '30010', 'InternalError', 'sourcefileerror.X', 'InvalidInput', ' ', 'Other.Code'])(
    'is that of the whole task: %j',
    (code) => {
      const { error_code, error_class, retryable } = finished('workflow', code);
      expect(describeErrorCode(error_code)).toEqual({ error_class, retryable });
      expect(describeErrorCode(error_code === null ? null : String(error_code))).toEqual({ error_class, retryable });
    },
  );

  it('is null without an end', () => {
    expect(describeErrorCode(null)).toEqual({ error_class: null, retryable: null });
  });
});
