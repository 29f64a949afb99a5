/** A member in which two rows differ. */
export interface MemberDifference {
  readonly member: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/** The members of the expected row in which the other differs, in its order; those that it leaves out are not compared. */
export function differing<Row extends object>(expected: Row, got: Row): readonly MemberDifference[] {
  const others = new Map<string, unknown>(Object.entries(got));
  return Object.entries(expected).flatMap(([member, value]: [string, unknown]) => {
    const other = others.get(member);
    return Object.is(value, other) ? [] : [{ member, expected: value, got: other ?? null }];
  });
}

/** Differences as a difference's two sides. */
export function sides(members: readonly MemberDifference[]): { readonly expected: object; readonly got: object } {
  return {
    expected: Object.fromEntries(members.map(({ member, expected }) => [member, expected])),
    got: Object.fromEntries(members.map(({ member, got }) => [member, got])),
  };
}
