import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { TaskEvent } from '@mps-ledger/tasks';

import { digestOfSorted } from './document/canonical';
import { readDocument } from './document/document';
import { route } from './envelope/envelope';
import { eventIdOfContent } from './identity/event-id';
import { readContent } from './readings/evidence';
import { interpret } from './interpret';
import { ADAPTERS } from './readings/readings';
import { notificationWith } from './testing/notification';

/**
 * The golden vectors hold `mps1` to what it was: which events a notification gives, their ids, keys and the digests of
 * their evidence. They are compared, never rewritten by a run of the specs: `WRITE_GOLDEN=1` writes them anew, which is
 * right for a new fixture, and for an old one only together with a new version of the mapping.
 */
const NOTIFICATIONS = join(__dirname, '../../test/fixtures/mps');
const VECTORS = join(__dirname, '../../test/fixtures/golden');
const WRITE = process.env['WRITE_GOLDEN'] === '1';

const fixtures = readdirSync(NOTIFICATIONS).filter((name) => name.endsWith('.json'));
const bytesOfFixture = (name: string): Uint8Array => readFileSync(join(NOTIFICATIONS, name));
const eventsOf = (name: string): readonly TaskEvent[] => interpret(notificationWith(bytesOfFixture(name)));
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Event id → digest of the evidence, for every finding in a fixture. */
function evidenceDigests(name: string): ReadonlyMap<string, string> {
  const document = readDocument(bytesOfFixture(name));
  if (!document.ok) return new Map();
  const content = readContent(document.root);
  const routed = route(content.root);
  const { findings } = ADAPTERS[routed.shape](routed, content);
  return new Map(
    findings.map(({ type, subtask, evidence }) => [
      eventIdOfContent('default', routed.taskId ?? null, type, subtask?.key ?? null, evidence),
      digestOfSorted(evidence),
    ]),
  );
}

function vectorOf(name: string): object {
  const digests = evidenceDigests(name);
  return {
    account: 'default',
    notification: notificationWith('').id,
    events: eventsOf(name).map(({ id, type, occurred, data }) => ({
      type,
      ...('key' in data && { key: data.key }),
      occurred,
      evidence: digests.get(id) ?? digestOfSorted(notificationWith('').id),
      id,
    })),
  };
}

describe('golden vectors', () => {
  test.each(fixtures)('%s gives the events it always gave', (name) => {
    const path = join(VECTORS, name);
    const vector = vectorOf(name);
    if (WRITE) writeFileSync(path, `${JSON.stringify(vector, null, 2)}\n`);
    expect(vector).toEqual(JSON.parse(readFileSync(path, 'utf8')));
  });

  test('there is one for every notification, and no other', () => {
    expect(readdirSync(VECTORS).filter((name) => name.endsWith('.json'))).toEqual(fixtures);
  });
});

/** An id from evidence that is written down here in canonical form: nothing of the code under test has a part in it. */
function idOf(taskId: string, type: string, key: string | null, evidence: string): string {
  return sha256(JSON.stringify(['mps1', 'default', taskId, type, key, sha256(evidence)]));
}

function keyOf(kind: string, definition: number, telling: string): string {
  return `${kind}:${definition}:${sha256(telling).slice(0, 16)}`;
}

describe('the queue event of a workflow task (seed 000)', () => {
  const name = 'seed-000-workflowtask-cmq-event.json';
  const taskId = '245****654-WorkflowTask-f46dac7fe2436c47******d71946986t0';
  const storage = '{"CosOutputStorage":{"Bucket":"gztest-125****654","Region":"ap-guangzhou"},"Type":"COS"}';

  test('is seven facts', () => {
    expect(eventsOf(name).map(({ type, data }) => [type, (data as { kind?: string }).kind])).toEqual([
      ['subtask.succeeded', 'Transcode'],
      ['subtask.failed', 'AnimatedGraphics'],
      ['subtask.succeeded', 'SnapshotByTimeOffset'],
      ['subtask.succeeded', 'ImageSprites'],
      ['media.probed', undefined],
      ['task.finished', 'workflow'],
      ['notification.received', 'workflow'],
    ]);
  });

  test('its task finished without error', () => {
    const finished = eventsOf(name)[5];
    expect(finished!.id).toBe(
      idOf(
        taskId,
        'task.finished',
        null,
        '{"InputInfo":{"CosInputInfo":{"Bucket":"macgzptest-125****654","Object":"/dianping2.mp4",' +
          '"Region":"ap-guangzhou"},"Type":"COS"},"Listed":{"AnimatedGraphics":1,"AnimatedGraphics:20000":1,' +
          '"ImageSprites":1,"ImageSprites:10":1,"SnapshotByTimeOffset":1,"SnapshotByTimeOffset:10":1,"Transcode":1,' +
          '"Transcode:10":1},"Status":"FINISH","kind":"workflow"}',
      ),
    );
    expect(finished!.data).not.toHaveProperty('error_code');
  });

  test('its animated graphics failed', () => {
    const failed = eventsOf(name)[1]!;
    const telling = `{"EndTimeOffset":600,"OutputObjectPath":"/dasda/dianping2_animatedGraphic_20000","OutputStorage":${storage}}`;
    const key = keyOf('AnimatedGraphics', 20000, telling);
    const input =
      `{"Definition":20000,"EndTimeOffset":600,"OutputObjectPath":"/dasda/dianping2_animatedGraphic_20000",` +
      `"OutputStorage":${storage},"StartTimeOffset":0}`;
    expect(failed.id).toBe(
      idOf(
        taskId,
        'subtask.failed',
        key,
        `{"ErrCode":30010,"Input":${input},"Message":"TencentVodPlatErr Or Unkown","Status":"FAIL"}`,
      ),
    );
    expect(failed.data).toEqual({
      account: 'default',
      task_id: taskId,
      key,
      kind: 'AnimatedGraphics',
      definition: '20000',
      status: 'FAIL',
      input: JSON.parse(input),
      error_code: 30010,
      message: 'TencentVodPlatErr Or Unkown',
    });
  });

  test('its image sprites succeeded', () => {
    const path = '"OutputObjectPath":"/dasda/dianping2_imageSprite_10_{number}"';
    const vtt = '"WebVttObjectName":"/dasda/dianping2_imageSprite_10"';
    const key = keyOf('ImageSprites', 10, `{${path},"OutputStorage":${storage},${vtt}}`);
    const evidence =
      `{"Input":{"Definition":10,"ObjectNumberFormat":{"Increment":1,"InitialValue":0,"MinLength":1,"PlaceHolder":"0"},${path},` +
      `"OutputStorage":${storage},${vtt}},"Output":{"Definition":10,"Height":80,` +
      `"ImagePathSet":["/dasda/imageSprite/dianping2_imageSprite_10_0.jpg"],"Storage":${storage},"TotalCount":2,` +
      `"WebVttPath":"/dasda/imageSprite/dianping2_imageSprite_10.vtt","Width":142},"Status":"SUCCESS"}`;
    expect(eventsOf(name)[3]!.id).toBe(idOf(taskId, 'subtask.succeeded', key, evidence));
  });

  test('was received', () => {
    expect(eventsOf(name)[6]!.id).toBe(
      idOf(taskId, 'notification.received', null, JSON.stringify(notificationWith('').id)),
    );
    expect(eventsOf(name)[6]!.data).toMatchObject({
      digest: 'c7f7032977adb0d70a83c58b0c8ee43a23d8fa885959348b3aa0c71084a3bd20',
      size: 4172,
    });
  });
});

describe('the answer of ParseNotification (seed 002)', () => {
  const name = 'seed-002-parsenotification-response.json';
  const taskId = '1256768367-Procedure-475b7237438a39560b9879a4556cb177t1';
  const media =
    '{"AudioDuration":59.990001678467,"AudioStreamSet":[{"Bitrate":383854,"Channel":0,"Codec":"aac","SamplingRate":48000}],' +
    '"Bitrate":1021028,"Container":"mov,mp4,m4a,3gp,3g2,mj2","Duration":60,"Height":480,"Rotate":0,"Size":7700180,' +
    '"VideoDuration":60,"VideoStreamSet":[{"Bitrate":637174,"Codec":"h264","ColorPrimaries":"abc",' +
    '"ColorSpace":"abc","ColorTransfer":"abc","Fps":23,"HdrType":"abc","Height":480,"Width":640}],"Width":640}';

  test('is four facts, read through its Response', () => {
    expect(eventsOf(name).map(({ type, data }) => [type, (data as { key?: string }).key])).toEqual([
      ['subtask.succeeded', 'Transcode:20:'],
      ['media.probed', undefined],
      ['task.finished', undefined],
      ['notification.received', undefined],
    ]);
  });

  test('its task has an empty session id, as it was given', () => {
    const finished = eventsOf(name)[2];
    expect(finished!.data).toMatchObject({ session_id: '', session_context: '' });
    expect(finished!.id).toBe(
      idOf(
        taskId,
        'task.finished',
        null,
        '{"InputInfo":{"CosInputInfo":{"Bucket":"TopRankVideo-125xxx88","Object":"/movie/201907/WildAnimal.mov",' +
          '"Region":"ap-chongqing"},"Type":"COS"},"Listed":{"Transcode":1,"Transcode:20":1},"SessionContext":"",' +
          '"SessionId":"","Status":"FINISH","kind":"workflow"}',
      ),
    );
  });

  test('its input was probed', () => {
    expect(eventsOf(name)[1]!.id).toBe(idOf(taskId, 'media.probed', null, `{"MetaData":${media},"Status":"FINISH"}`));
  });

  test('its transcode succeeded', () => {
    const output =
      '{"AudioStreamSet":[{"Bitrate":48491,"Channel":0,"Codec":"aac","SamplingRate":44100}],"Bitrate":552218,' +
      '"Container":"mov,mp4,m4a,3gp,3g2,mj2","Definition":0,"Duration":60.04700088501,"Height":480,' +
      '"Md5":"eff7031ad7877865f9a3240e9ab165ad","Path":"/movie/201907/WildAnimal_transcode_20.mp4","Size":4189073,' +
      '"VideoStreamSet":[{"Bitrate":503727,"Codec":"h264","ColorPrimaries":"abc","ColorSpace":"abc",' +
      '"ColorTransfer":"abc","Fps":24,"HdrType":"abc","Height":480,"Width":640}],"Width":640}';
    const input =
      '{"Definition":20,"EndTimeOffset":0,"MosaicSet":[],"OutputObjectPath":"","SegmentObjectName":"","StartTimeOffset":0}';
    expect(eventsOf(name)[0]!.id).toBe(
      idOf(taskId, 'subtask.succeeded', 'Transcode:20:', `{"Input":${input},"Output":${output},"Status":"SUCCESS"}`),
    );
  });
});
