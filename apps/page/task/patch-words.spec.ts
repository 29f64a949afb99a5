import { differencesOf } from './patch-words';

const FROM = {
  status: 'processing',
  outcome: null,
  metadata: { Width: 1 },
  subtasks: [{ key: 'b', kind: 'Transcode', definition: '10', status: 'processing' }],
};

describe('what changed', () => {
  it('names values, with what they were before', () => {
    const differences = differencesOf(FROM, [
      { op: 'replace', path: '/status', value: 'finished' },
      { op: 'replace', path: '/metadata/Width', value: 2 },
      { op: 'add', path: '/metadata/a~1b', value: 3 },
      { op: 'remove', path: '/outcome' },
    ]);
    expect(differences).toEqual([
      { subtask: null, path: 'status', before: 'processing', after: 'finished' },
      { subtask: null, path: 'metadata/Width', before: 1, after: 2 },
      { subtask: null, path: 'metadata/a/b', before: undefined, after: 3 },
      { subtask: null, path: 'outcome', before: null, after: undefined },
    ]);
  });

  it('names the subtask that a place means at that step of the patch, not before', () => {
    const added = { key: 'a', kind: 'ImageSprites', definition: null, status: 'succeeded' };
    const differences = differencesOf(FROM, [
      { op: 'add', path: '/subtasks/0', value: added },
      { op: 'replace', path: '/subtasks/1/status', value: 'failed' },
      { op: 'remove', path: '/subtasks/0' },
    ]);
    expect(differences).toEqual([
      { subtask: 'ImageSprites', path: '', before: undefined, after: added },
      { subtask: 'Transcode 10', path: 'status', before: 'processing', after: 'failed' },
      { subtask: 'ImageSprites', path: '', before: added, after: undefined },
    ]);
  });

  it('leaves what it begins with as it is', () => {
    const before = structuredClone(FROM);
    differencesOf(FROM, [{ op: 'replace', path: '/subtasks/0/status', value: 'failed' }]);
    expect(FROM).toEqual(before);
  });
});
