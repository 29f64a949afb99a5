import { event, subtask } from '@mps-ledger/spec-kit';
import { encodeState, fold, initialState } from '@mps-ledger/tasks';
import { stateDigest, stateTextDigest } from './index';

const events = [
  event('task.finished', { kind: 'workflow', error_code: 30010, message: 'ende, Ж, \u{1f3ac}, \ud800' }),
  event('subtask.failed', { ...subtask('Transcode:10:'), error_code: 1 }),
  event('media.probed', { metadata: { Width: 1 } }),
];

describe('the digest of a state', () => {
  it('is the same on any machine: golden values', () => {
    expect(stateDigest(initialState)).toBe('dd17399b6110eec782a2263cfa5a8e6914f8b0cad564dcef4307aaeef4ba65bf');
    expect(stateDigest(fold(initialState, events))).toBe(
      'df4b6cb23f9689e8fe94d4a2d2ba74a7a402825fcd375505f15f4305d87cfa57',
    );
  });

  it('does not depend on order and repeats, and is that of the text', () => {
    const state = fold(initialState, events);
    expect(stateDigest(fold(initialState, [...events, ...events].reverse()))).toBe(stateDigest(state));
    expect(stateTextDigest(encodeState(state))).toBe(stateDigest(state));
  });

  it('differs where one event is missing', () => {
    const digests = events.map((left) =>
      stateDigest(
        fold(
          initialState,
          events.filter((one) => one !== left),
        ),
      ),
    );
    expect(new Set([...digests, stateDigest(fold(initialState, events))]).size).toBe(4);
  });
});
