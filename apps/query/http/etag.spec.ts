import { entityTag, givenTags, matches } from './etag';

const TAG = 'tasks_v1.3.0.ec2717e596962a5003c0413866373ec1';

describe('If-None-Match', () => {
  it.each([entityTag(TAG), entityTag(TAG).replace('W/', ''), `"other", ${entityTag(TAG)}`, '*', ' * '])(
    '%s names the tag',
    (header) => {
      expect(matches(header, TAG)).toBe(true);
    },
  );

  it.each([undefined, '', TAG, '"other"', entityTag(`${TAG}x`), entityTag(TAG).toUpperCase()])(
    '%j does not',
    (header) => {
      expect(matches(header, TAG)).toBe(false);
    },
  );

  it('does not name the tag of another version of answers', () => {
    expect(matches(`"${TAG}"`, TAG)).toBe(false);
    expect(matches(entityTag(TAG).replace(/a1"$/, 'a2"'), TAG)).toBe(false);
  });

  it('is looked at as far as twenty tags', () => {
    const header = Array.from({ length: 5000 }, (_, i) => entityTag(`t${i}`)).join(',');
    expect(givenTags(header)).toHaveLength(20);
  });
});
