import type { CheckedDeployment } from '../check';

/** The result for programs; `to_do` is missing where nothing is wrong. */
export function resultJson(checks: readonly CheckedDeployment[]): object {
  return {
    ok: checks.every(({ status }) => status !== 'finding'),
    checks: checks.map(({ name, status, items }) => ({
      ...{ name, status },
      items: items.map((item) =>
        'fix' in item
          ? { status: item.status, what: item.what, where: item.where ?? null, to_do: item.fix }
          : { status: item.status, what: item.what },
      ),
    })),
  };
}
