import type { Kind, TemplateName } from '../catalogue/kinds';
import type { Random } from '../random';
import type { BodyObject } from './json';
import { objectPath, outputStorage } from './media-inputs';

interface Making {
  readonly Definition: number;
  /** Different for each subtask of a task. */
  readonly mark: string;
  readonly random: Random;
  /** OutputStorage and OutputObjectPath. */
  readonly place: BodyObject;
  readonly watermarks: readonly BodyObject[];
}

type Make = (making: Making) => BodyObject;

const INPUTS: Readonly<Record<TemplateName, Make>> = {
  transcode: ({ Definition, watermarks, place }) => ({ Definition, ...transcodeInput(watermarks), ...place }),
  'animated-graphics': ({ Definition, random, place }) => ({
    Definition,
    StartTimeOffset: random.below(5),
    EndTimeOffset: random.between(6, 600),
    ...place,
  }),
  snapshots: ({ Definition, watermarks, place }) => ({
    Definition,
    ExtTimeOffsetSet: ['1s', '50%'],
    TimeOffsetSet: [],
    WatermarkSet: watermarks,
    ...place,
  }),
  'sample-snapshots': ({ Definition, watermarks, place }) => ({
    Definition,
    WatermarkSet: watermarks,
    ObjectNumberFormat: NUMBERS,
    ...place,
  }),
  sprites: ({ Definition, mark, place }) => ({
    Definition,
    WebVttObjectName: `/out/sprite_${mark}`,
    ObjectNumberFormat: null,
    ...place,
  }),
  adaptive: ({ Definition, mark, watermarks, place }) => ({
    Definition,
    ...adaptiveInput(mark),
    WatermarkSet: watermarks,
    ...place,
  }),
  erase: ({ Definition, place }) => ({ Definition, OverrideParameter: '', ...place }),
  rule: ({ mark }) => ({ Rules: [{ Id: mark, Linker: 'And', Conditions: [CONDITION] }] }),
  unknown: ({ Definition, mark }) => ({ Definition, Target: -16, Job: mark }),
  language: () => ({}),
  review: ({ Definition }) => ({ Definition }),
  analysis: ({ Definition, mark }) => ({ Definition, ExtendedParameter: markText(mark) }),
  recognition: ({ Definition }) => ({ Definition }),
  subtitles: ({ Definition, mark }) => ({ Definition, UserExtPara: markText(mark) }),
  quality: ({ Definition, mark }) => ({ Definition, ChannelExtPara: markText(mark) }),
};

const CONDITION = { Key: 'duration', Predicate: '>', Value: '10' };
const markText = (mark: string): string => JSON.stringify({ mark });

/**
 * The Input of one subtask. `mark` is different for each subtask of a task. If a kind has a member besides Definition that
 * distinguishes two of its subtasks, this member contains the mark.
 */
export function subtaskInput(kind: Kind, definition: number, mark: string, random: Random): BodyObject {
  const place = { OutputStorage: outputStorage(random), OutputObjectPath: `${objectPath(random)}_${mark}` };
  const watermarks = random.chance(0.2) ? [{ Definition: 515_247, TextContent: '', SvgContent: '' }] : [];
  const input = INPUTS[kind.shape]({ Definition: definition, mark, random, place, watermarks });
  if (kind.below === undefined) return input;
  // Activities with a second level: subtitles have an output path of their own, recognition has parameters.
  if (kind.shape === 'recognition') return { ...input, UserExtPara: markText(mark) };
  return kind.shape === 'subtitles' ? { ...input, ...place } : input;
}

const NUMBERS = { InitialValue: 0, Increment: 1, MinLength: 1, PlaceHolder: '0' };

const transcodeInput = (watermarks: readonly BodyObject[]): BodyObject => ({
  RawParameter: null,
  OverrideParameter: null,
  WatermarkSet: watermarks,
  MosaicSet: [],
  StartTimeOffset: 0,
  EndTimeOffset: 0,
  SegmentObjectName: '',
  ObjectNumberFormat: NUMBERS,
  HeadTailParameter: null,
});

const adaptiveInput = (mark: string): BodyObject => ({
  SubStreamObjectName: `/out/${mark}_{subStreamNumber}.m3u8`,
  SegmentObjectName: `/out/${mark}_{subStreamNumber}_{segmentNumber}.ts`,
  AddOnSubtitles: [],
});
