import ts from 'typescript';

/** A member of one of the vendor's types. */
export interface VendorMember {
  readonly name: string;
  /** `string`, `number`, `boolean`, or the name of another type. */
  readonly type: string;
  readonly isList: boolean;
}

/** The vendor's types by name. */
export type VendorTypes = ReadonlyMap<string, readonly VendorMember[]>;

/** The interfaces of a declaration file, such as the one of `tencentcloud-sdk-nodejs-mps`. */
export function readTypes(text: string): VendorTypes {
  const source = ts.createSourceFile('models.d.ts', text, ts.ScriptTarget.Latest, true);
  const interfaces = source.statements.filter((one) => ts.isInterfaceDeclaration(one));
  return new Map(interfaces.map((one) => [one.name.text, one.members.map(memberOf)]));
}

function memberOf(member: ts.TypeElement): VendorMember {
  const name = member.name?.getText() ?? '';
  const declared = ts.isPropertySignature(member) ? member.type?.getText() : undefined;
  const list = /^Array<(.+)>$/s.exec(declared ?? '');
  const type = (list?.[1] ?? declared ?? member.getText()).replace('number | bigint', 'number');
  return { name, type, isList: list !== null };
}

/** Members whose type is of another form than those of the vendor, so that holders in it would not be found. */
export function membersOfOtherForm(types: VendorTypes): readonly string[] {
  return [...types].flatMap(([type, members]) =>
    members.filter((member) => !/^\w+$/.test(member.type)).map(({ name }) => `${type}.${name}`),
  );
}

/** A member that holds a Status, with the way to it. */
export interface VendorHolder {
  /** The type that has the member, and the member: `MediaProcessTaskResult.TranscodeTask`. */
  readonly edge: string;
  /** From the root to it. */
  readonly path: readonly VendorMember[];
}

/** All holders below a type: members whose type has a Status, each by every way that leads to it. */
export function holdersBelow(types: VendorTypes, root: string): readonly VendorHolder[] {
  const found: VendorHolder[] = [];
  const visit = (type: string, path: readonly VendorMember[], above: readonly string[]): void => {
    if (above.includes(type)) return;
    for (const member of types.get(type) ?? []) {
      const way = [...path, member];
      if (hasStatus(types, member.type)) found.push({ edge: `${type}.${member.name}`, path: way });
      visit(member.type, way, [...above, type]);
    }
  };
  visit(root, [], []);
  return found;
}

export function hasStatus(types: VendorTypes, type: string): boolean {
  return types.get(type)?.some(({ name }) => name === 'Status') === true;
}
