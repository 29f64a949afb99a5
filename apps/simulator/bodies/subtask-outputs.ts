import type { Kind, TemplateName } from '../catalogue/kinds';
import type { Random } from '../random';
import type { BodyValue, BodyObject } from './json';
import { analysisOutput } from './analysis-outputs';

interface Making {
  readonly kind: string;
  readonly random: Random;
  readonly storage: BodyValue;
  /** Without an ending. */
  readonly path: string;
  /** Definition and Path. */
  readonly media: BodyObject;
}

type Make = (making: Making) => BodyObject;

const segmented: Make = ({ random, path, storage }) => ({
  SegmentSet: segments(random),
  SegmentSetFileUrl: '',
  SubtitlePath: `${path}.vtt`,
  OutputStorage: storage,
});

const OUTPUTS: Readonly<Record<TemplateName, Make>> = {
  transcode: ({ media, storage, random }) => ({ ...transcoded(media, random), OutputStorage: storage }),
  'animated-graphics': ({ media, storage, random }) => ({
    ...media,
    Storage: storage,
    Container: 'gif',
    Height: 240,
    Width: 426,
    Md5: random.hex(32),
    Size: 740_000,
  }),
  snapshots: ({ media, storage, path, random }) => ({
    Storage: storage,
    Definition: media['Definition'] ?? null,
    PicInfoSet: pictures(path, random),
  }),
  'sample-snapshots': ({ media, storage, path, random }) => ({
    Storage: storage,
    Definition: media['Definition'] ?? null,
    ...samples(path, random),
    WaterMarkDefinition: [],
  }),
  sprites: ({ media, storage, path }) => ({
    ...media,
    Storage: storage,
    Height: 80,
    Width: 142,
    TotalCount: 12,
    WebVttPath: `${path}.vtt`,
  }),
  adaptive: ({ media, storage }) => ({ ...media, Storage: storage, Package: 'HLS', Size: 80_000_000 }),
  review: ({ random }) => reviewed(random),
  analysis: ({ kind, path, random }) => analysisOutput(kind, path, random),
  recognition: segmented,
  subtitles: segmented,
  quality: ({ random }) => ({
    NoAudio: random.chance(0.1),
    NoVideo: false,
    QualityEvaluationScore: random.below(101),
    ...jitter(random),
  }),
  erase: ({ path, storage }) => ({
    Path: `${path}.mp4`,
    OutputStorage: storage,
    OriginSubtitlePath: '',
    TranslateSubtitlePath: '',
  }),
  rule: () => ({ Rets: '["r1"]' }),
  unknown: ({ path }) => ({ Path: `${path}.out`, State: 'kept' }),
  language: ({ path }) => ({ Path: `${path}.vtt`, SubtitleFileId: '' }),
};

/** The output of a successful subtask, by the vendor's output types. */
export function subtaskOutput(kind: Kind, input: BodyObject, random: Random): BodyObject {
  const storage = input['OutputStorage'] ?? null;
  const path = typeof input['OutputObjectPath'] === 'string' ? input['OutputObjectPath'] : `/out/${random.hex(8)}`;
  const media = { Definition: input['Definition'] ?? null, Path: path };
  return OUTPUTS[kind.shape]({ kind: kind.kind, random, storage, path, media });
}

function transcoded(media: BodyObject, random: Random): BodyObject {
  const sound = { Bitrate: 64_000, SamplingRate: 44_100, Codec: 'aac', Channel: 2 };
  return {
    ...media,
    Bitrate: random.between(100_000, 4_000_000),
    Height: 720,
    Width: 1280,
    Size: random.between(10_000, 90_000_000),
    Duration: random.between(1, 3600) + 0.04,
    Container: 'mov,mp4,m4a,3gp,3g2,mj2',
    Md5: random.hex(32),
    VideoStreamSet: [{ Bitrate: 960_000, Height: 720, Width: 1280, Codec: 'h265', Fps: 25 }],
    AudioStreamSet: [sound],
  };
}

function pictures(path: string, random: Random): readonly BodyValue[] {
  return Array.from({ length: random.between(1, 4) }, (_, n) => ({
    TimeOffset: n * 12.5,
    Path: `${path}_${n}.jpg`,
    WaterMarkDefinition: [],
  }));
}

function samples(path: string, random: Random): BodyObject {
  const places = Array.from({ length: random.between(1, 5) }, (_, n) => n * 30);
  return { SampleOffsetSet: places, ImagePathSet: places.map((_, n) => `${path}_${n}.jpg`) };
}

function reviewed(random: Random): BodyObject {
  const suggestion = random.pick(['pass', 'pass', 'review', 'block']);
  return {
    Confidence: random.below(1000) / 10,
    Suggestion: suggestion,
    Label: suggestion === 'pass' ? '' : 'vulgar',
    SegmentSet:
      suggestion === 'pass' ? [] : [{ StartTimeOffset: 1.5, EndTimeOffset: 4, Confidence: 91, Suggestion: suggestion }],
    SegmentSetFileUrl: '',
    SegmentSetFileUrlExpireTime: '',
  };
}

function segments(random: Random): readonly BodyValue[] {
  const texts = ['good evening', '欢迎收看今天的节目', 'дoбpo пoжaлoвaть', 'مرحبا', '👋🏽 hello'];
  return Array.from({ length: random.below(4) }, (_, n) => ({
    Confidence: random.between(60, 99),
    StartTimeOffset: n * 3.2,
    EndTimeOffset: n * 3.2 + 2.7,
    Text: random.pick(texts),
    Wordlist: [],
  }));
}

function jitter(random: Random): BodyObject {
  const item = { Confidence: 80, StartTimeOffset: 1, EndTimeOffset: 2, AreaCoordSet: [] };
  const found = random.chance(0.5) ? [{ Type: 'Jitter', QualityControlItems: [item] }] : [];
  return { QualityControlResultSet: found };
}
