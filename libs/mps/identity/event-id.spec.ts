import { createHash } from 'node:crypto';

import { eventId, eventIdOfContent, MAPPER_VERSION } from './event-id';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('event id', () => {
  test('is the digest of version, account, task, type, key and the digest of the evidence', () => {
    expect(MAPPER_VERSION).toBe('mps1');
    expect(eventId('acme', 't-1', 'subtask.counted', 'Transcode:10:', { total: 2, failed: 1 })).toBe(
      sha256(`["mps1","acme","t-1","subtask.counted","Transcode:10:","${sha256('{"failed":1,"total":2}')}"]`),
    );
  });

  test('has null where there is no task and no subtask, and a text as evidence of a notification', () => {
    expect(eventId('default', null, 'notification.received', null, 'n-1')).toBe(
      sha256(`["mps1","default",null,"notification.received",null,"${sha256('"n-1"')}"]`),
    );
  });

  test('rests on the evidence in content form', () => {
    const evidence = { Status: 'FAIL', ErrCode: 0, Message: null, Input: { A: '', SecretKey: 'x', B: [null] } };
    const content = { ErrCode: 0, Input: { A: '', B: [null] }, Status: 'FAIL' };
    const id = eventId('default', 't-1', 'subtask.failed', 'K::', evidence);
    expect(id).toBe(eventIdOfContent('default', 't-1', 'subtask.failed', 'K::', content));
    const digest = sha256('{"ErrCode":0,"Input":{"A":"","B":[null]},"Status":"FAIL"}');
    expect(id).toBe(sha256(`["mps1","default","t-1","subtask.failed","K::","${digest}"]`));
  });

  test('escapes lone surrogates, so that two of them are two tasks', () => {
    const evidence = sha256('{"Status":"WAITING"}');
    expect(eventId('default', '\udfff', 'task.queued', null, { Status: 'WAITING' })).toBe(
      sha256(`["mps1","default","\\udfff","task.queued",null,"${evidence}"]`),
    );
  });
});
