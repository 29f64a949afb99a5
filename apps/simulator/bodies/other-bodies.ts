import type { BodyValue, BodyObject } from './json';
import { mediaMetaData, objectPath, outputStorage } from './media-inputs';
import { headOf, type BodyContext } from './task-body';
import { makeRandom } from '../random';

/** EditMediaTask: no subtasks, an Output of its own. */
export function editMediaBody(telling: BodyContext): BodyObject {
  const { plan, view } = telling;
  const good = view.end !== null && view.end.code === 0;
  return { ...headOf(telling), Input: plan.input, Output: good ? editOutput(telling) : null };
}

function editOutput({ plan }: BodyContext): BodyObject {
  const random = makeRandom(plan.seed, 'output', plan.index);
  return { OutputStorage: outputStorage(random), Path: `${objectPath(random)}.mp4`, MetaData: mediaMetaData(random) };
}

/** ExtractBlindWatermarkTask. */
export function blindWatermarkBody(telling: BodyContext): BodyObject {
  const good = telling.view.end?.code === 0;
  return {
    ...headOf(telling),
    InputInfo: telling.plan.input,
    Type: 'blind-basic',
    IsDetected: good,
    Result: good ? 'customer-17' : '',
    ExtractBlindWatermarkConfig: { Url: '' },
  };
}

/** BatchSubTaskResult: it has neither a TaskId nor a Status of its own. */
export function batchBody({ plan, view, random }: BodyContext): BodyObject {
  const done = view.word === 'FINISH';
  const outputs = Array.from({ length: random.between(1, 3) }, (): BodyValue => ({
    Progress: done ? 100 : 30,
    Status: done ? 'SUCCESS' : random.pick(['WAITING', 'PROCESSING']),
    ErrCodeExt: '',
    Message: '',
    TransTextTask: done ? { SegmentSet: [], SubtitlePath: '/out/a.vtt' } : null,
    AsrFullTextTask: null,
  }));
  const result = { Input: { Definition: 122 }, Outputs: outputs };
  return { ...plan.input, Metadatas: null, SmartSubtitlesTaskResult: result };
}
