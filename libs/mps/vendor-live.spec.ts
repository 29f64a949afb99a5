import { readFileSync } from 'node:fs';

import { readTypes } from '@mps-ledger/spec-kit';
import type { VendorTypes } from '@mps-ledger/spec-kit';
import { liveItems, liveItemText } from '@mps-ledger/tasks';
import type { LiveResultData, TaskEvent } from '@mps-ledger/tasks';

import { interpret } from './interpret';
import { notificationWith } from './testing/notification';

const ROOT = 'ParseLiveStreamProcessNotificationResponse';
const SDK = 'tencentcloud-sdk-nodejs-mps/tencentcloud/services/mps/v20190612/mps_models.d.ts';
const sdk = readTypes(readFileSync(require.resolve(SDK), 'utf8'));

/** An object of a type of the SDK with all its members, one element in each list. */
function filled(types: VendorTypes, type: string): Record<string, unknown> {
  const members = types.get(type) ?? [];
  return Object.fromEntries(
    members.map(({ name, type: of, isList }) => {
      const value = types.has(of) ? filled(types, of) : of.startsWith('number') ? 1.5 : of === 'boolean' ? true : name;
      return [name, isList ? [value] : value];
    }),
  );
}

function derive(types: VendorTypes): readonly TaskEvent[] {
  const body = { ...filled(types, ROOT), NotificationType: 'AiAnyResult', TaskId: 't-1' };
  return interpret(notificationWith(body));
}

/** Each kind of item in a notification that has every set, with what was found of it. */
function kindsIn(types: VendorTypes): readonly string[] {
  const { results } = derive(types)[0]?.data as LiveResultData;
  const found = [...liveItems(results)].map(({ kind, start, end, item }) => {
    const parts = [start === null ? '' : 'start', end === null ? '' : 'end', liveItemText(item) === null ? '' : 'text'];
    return [kind, ...parts.filter((part) => part !== '')].join(' ');
  });
  return [...new Set(found)].sort();
}

describe('a live notification with every member of the vendor’s types', () => {
  test('gives items of these kinds, with their offsets where the type has them', () => {
    expect(kindsIn(sdk)).toEqual([
      'AiAnalysis.Description start end text',
      'AiAnalysis.Highlight start end text',
      'AiAnalysis.SegmentRecognition start end text',
      'AiQualityControl.Type start end',
      'AiQualityControl.Type start text',
      'AiRecognition.AsrFullTextRecognition start end text',
      'AiRecognition.AsrWordsRecognition start end text',
      'AiRecognition.FaceRecognition start end text',
      'AiRecognition.ObjectRecognition start end text',
      'AiRecognition.OcrFullTextRecognition start end text',
      'AiRecognition.OcrWordsRecognition start end text',
      'AiRecognition.TagRecognition start end text',
      'AiRecognition.TransTextRecognition start end text',
      'AiReview.ImagePolitical start end text',
      'AiReview.ImagePorn start end text',
      'AiReview.ImageTerrorism start end text',
      'AiReview.VoicePorn start end text',
      'AiSmartSubtitle start end text',
      'LiveRecord text',
    ]);
  });

  test('keeps every member in the event', () => {
    const { results } = derive(sdk)[0]?.data as LiveResultData;
    const members = (sdk.get(ROOT) ?? []).filter(({ type }) => sdk.has(type)).map(({ name }) => name);
    expect(Object.keys(results)).toEqual(members.sort());
    for (const { name, type } of sdk.get(ROOT) ?? [])
      if (sdk.has(type)) expect(results[name]).toEqual(filled(sdk, type));
  });

  test('of a newer SDK gives items of a new set, which this list would not have', () => {
    const item = 'LiveStreamAiRecognitionResultItem';
    const known = (sdk.get(item) ?? []).map(
      ({ name, type, isList }) => `${name}?: ${isList ? `Array<${type}>` : type};`,
    );
    const newer = readTypes(`
      export interface ${item} { ${known.join('\n')} MoodRecognitionResultSet?: Array<MoodResult>; }
      export interface MoodResult { Text?: string; StartPtsTime?: number; EndPtsTime?: number; }
    `);
    expect(kindsIn(new Map([...sdk, ...newer]))).toContain('AiRecognition.MoodRecognition start end text');
  });
});
