import { readFileSync } from 'node:fs';

import {
  HOLDERS,
  LIVE_MEMBERS,
  OTHER_MEMBERS,
  ROOTS,
  hasStatus,
  holdersBelow,
  membersOfOtherForm,
  readTypes,
} from '@mps-ledger/spec-kit';
import type { VendorTypes } from '@mps-ledger/spec-kit';
import { RESULT_OBJECTS, RESULT_SETS } from './readings/holder-table';
import type { ResultSet } from './readings/holder-table';

const LIVE_ROOT = 'ParseLiveStreamProcessNotificationResponse';
const SDK = 'tencentcloud-sdk-nodejs-mps/tencentcloud/services/mps/v20190612/mps_models.d.ts';
const sdk = readTypes(readFileSync(require.resolve(SDK), 'utf8'));
const edgesIn = (types: VendorTypes): string[] =>
  [...new Set([...ROOTS, LIVE_ROOT].flatMap((root) => holdersBelow(types, root).map(({ edge }) => edge)))].sort();
const unlisted = (types: VendorTypes): string[] => edgesIn(types).filter((edge) => HOLDERS[edge] === undefined);

describe("the vendor's types", () => {
  test('are read from the SDK', () => {
    expect(sdk.size).toBeGreaterThan(900);
    expect(membersOfOtherForm(sdk)).toEqual([]);
    for (const root of [...ROOTS, LIVE_ROOT]) expect(sdk.get(root)?.length).toBeGreaterThan(5);
    expect(sdk.get('BatchSmartSubtitlesResult')).toEqual([
      { name: 'Input', type: 'SmartSubtitleTaskResultInput', isList: false },
      { name: 'Outputs', type: 'SmartSubtitleTaskBatchOutput', isList: true },
    ]);
  });

  test('have no holder that is not listed, and none is listed that they do not have', () => {
    expect(unlisted(sdk)).toEqual([]);
    expect(Object.keys(HOLDERS).sort()).toEqual(edgesIn(sdk));
  });

  test.each(ROOTS)('have no other object in %s than those that are listed', (root) => {
    const members = (sdk.get(root) ?? []).filter(({ type }) => sdk.has(type) && !hasStatus(sdk, type));
    expect(members.map(({ name }) => name).sort()).toEqual(OTHER_MEMBERS[root]);
  });

  test('have live results in the members that the live reader takes whole, and no Status in them', () => {
    const members = (sdk.get(LIVE_ROOT) ?? []).filter(({ type }) => sdk.has(type)).map(({ name }) => name);
    expect(members.sort()).toEqual([...LIVE_MEMBERS]);
    expect(holdersBelow(sdk, LIVE_ROOT)).toEqual([]);
  });

  test('have a table for each kind that is listed without being generic', () => {
    const below = ({ holders }: ResultSet): string[] =>
      [...holders.values()].flatMap((row) => [row.kind, ...(row.below === undefined ? [] : below(row.below))]);
    const known = new Set([...RESULT_SETS.flatMap(below), ...[...RESULT_OBJECTS.values()].map(({ kind }) => kind)]);
    const listed = Object.values(HOLDERS).flatMap((one) => ('kind' in one && !('generic' in one) ? [one.kind] : []));
    expect(listed.filter((kind) => !known.has(kind))).toEqual([]);
    // The vendor names this Type without a member for it.
    expect([...known].filter((kind) => !listed.includes(kind))).toEqual(['CoverBySnapshot']);
  });
});

describe('a newer SDK', () => {
  const added = (more: string): VendorTypes => new Map([...sdk, ...readTypes(more)]);
  const membersOf = (type: string): string =>
    (sdk.get(type) ?? []).map(({ name, type: of, isList }) => `${name}?: ${isList ? `Array<${of}>` : of};`).join('\n');

  test.each([
    ['in a result set', 'MediaProcessTaskResult', 'RemuxTask', 'RemuxTask?: RemuxResult;'],
    ['in a task', 'WorkflowTask', 'LoudnessTaskResult', 'LoudnessTaskResult?: RemuxResult;'],
    ['in a response', 'DescribeTaskDetailResponse', 'EvaluationTask', 'EvaluationTask?: RemuxResult;'],
    ['in a live notification', LIVE_ROOT, 'NewResultInfo', 'NewResultInfo?: Array<RemuxResult>;'],
    ['deep in an output', 'MediaTranscodeItem', 'Parts', 'Parts?: Array<RemuxResult>;'],
  ])('with a new holder %s fails', (_, type, member, declaration) => {
    const types = added(`
      export interface ${type} { ${membersOf(type)} ${declaration} }
      export interface RemuxResult { Status?: string; ErrCode?: number | bigint; }
    `);
    expect(hasStatus(types, 'RemuxResult')).toBe(true);
    expect(unlisted(types)).toEqual([`${type}.${member}`]);
  });

  test('whose holder lost its Status fails too', () => {
    const types = added('export interface ImageProcessTaskResult { State?: string }');
    expect(edgesIn(types)).not.toEqual(Object.keys(HOLDERS).sort());
  });

  test.each(['B?: { Status: string }', 'B?: Map<string, X>', 'B(): void', 'B?: X | Y', 'B?: Array<Array<X>>'])(
    'with a member of another form fails: %s',
    (member) => {
      expect(membersOfOtherForm(added(`export interface A { ${member} }`))).toEqual(['A.B']);
    },
  );
});
