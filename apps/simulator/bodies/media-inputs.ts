import type { Random } from '../random';
import type { BodyObject } from './json';

const APP_IDS = ['1250000001', '1250000002', '1256768367'];
const REGIONS = ['ap-guangzhou', 'ap-shanghai', 'ap-singapore', 'na-siliconvalley'];
const FOLDERS = ['/ingest', '/upload/2026/01', '/素材/新闻', '/видео', '/a b+c&d', '/ingest/第3集', '/'];
const NAMES = ['clip', 'film', '采访', '直播回放(1)', 'lecture-07', 'show_final_v2', '日本語の番組', 'x'];
const ENDINGS = ['mp4', 'mov', 'mkv', 'ts', 'flv'];

export function appId(random: Random): string {
  return random.pick(APP_IDS);
}

/** A path of an object in a bucket, without its ending. */
export function objectPath(random: Random): string {
  const folder = random.pick(FOLDERS);
  return `${folder === '/' ? '' : folder}/${random.pick(NAMES)}_${random.hex(6)}`;
}

/** The value of secret members, which no event, row, answer or log line may contain. */
export const SECRET = 'simulated-secret';
const S3_SECRETS = { S3SecretId: `${SECRET}-id`, S3SecretKey: `${SECRET}-key` };

/** MediaInputInfo: one of its four kinds, mostly cloud storage, as in every sample. */
export function mediaInput(random: Random): BodyObject {
  const file = `${objectPath(random)}.${random.pick(ENDINGS)}`;
  const none = { CosInputInfo: null, UrlInputInfo: null, S3InputInfo: null, VODInputInfo: null };
  switch (random.below(10)) {
    case 0:
      return { Type: 'URL', ...none, UrlInputInfo: { Url: `https://media.example.com${encodeURI(file)}` } };
    case 1:
      return {
        Type: 'AWS-S3',
        ...none,
        S3InputInfo: { S3Bucket: 'media-in', S3Region: 'us-east-1', S3Object: file, ...S3_SECRETS },
      };
    case 2:
      return {
        Type: 'VOD',
        ...none,
        VODInputInfo: { Bucket: `vod-${appId(random)}`, Region: 'ap-guangzhou', Object: file, SubAppId: 1_500_000_001 },
      };
    default:
      return {
        Type: 'COS',
        ...none,
        CosInputInfo: { Bucket: `media-in-${appId(random)}`, Region: random.pick(REGIONS), Object: file },
      };
  }
}

/** TaskOutputStorage. */
export function outputStorage(random: Random): BodyObject {
  if (random.chance(0.1)) {
    const bucket = { S3Bucket: 'media-out', S3Region: 'us-east-1', ...S3_SECRETS };
    return { Type: 'AWS-S3', CosOutputStorage: null, S3OutputStorage: bucket, VODOutputStorage: null };
  }
  const bucket = { Bucket: `media-out-${appId(random)}`, Region: random.pick(REGIONS) };
  return { Type: 'COS', CosOutputStorage: bucket, S3OutputStorage: null, VODOutputStorage: null };
}

/** MediaMetaData; size and duration stay the same for a task. */
export function mediaMetaData(random: Random): BodyObject {
  const seconds = random.between(2, 7200) + random.below(1000) / 1000;
  const upright = random.chance(0.3);
  const video = {
    Bitrate: random.between(200_000, 8_000_000),
    Height: upright ? 1920 : 1080,
    Width: upright ? 1080 : 1920,
    Codec: random.pick(['h264', 'hevc', 'vp9']),
    Fps: random.pick([24, 25, 29, 30, 60]),
    ColorPrimaries: 'bt709',
    ColorSpace: 'bt709',
    ColorTransfer: 'bt709',
    HdrType: '',
  };
  const sound = { Bitrate: 128_000, SamplingRate: random.pick([44_100, 48_000]), Codec: 'aac', Channel: 2 };
  const silent = random.chance(0.1);
  return {
    Size: random.between(100_000, 900_000_000),
    Container: random.pick(['mov,mp4,m4a,3gp,3g2,mj2', 'matroska,webm', 'mpegts']),
    Bitrate: video.Bitrate + sound.Bitrate,
    Height: video.Height,
    Width: video.Width,
    Duration: seconds,
    Rotate: random.pick([0, 0, 0, 90, 270]),
    VideoStreamSet: [video],
    AudioStreamSet: silent ? [] : [sound],
    VideoDuration: seconds,
    AudioDuration: silent ? null : seconds - 0.02,
  };
}
