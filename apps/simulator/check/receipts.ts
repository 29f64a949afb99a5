/** The last receipt of each partition. When these are applied, all are. */
export interface LastReceipts {
  readonly add: (receipt: string) => void;
  readonly all: () => readonly string[];
}

/** `r1.<log id>.<L>.<partition>.<offset>.<check>`, as in the ledger's documentation. */
const RECEIPT = /^(r1\.[a-z0-9]+\.\d+\.\d+)\.(\d+)\.[0-9a-f]{6}$/;

export function lastReceipts(): LastReceipts {
  const last = new Map<string, { readonly offset: number; readonly receipt: string }>();
  return {
    add: (receipt) => {
      const [, partition = '', digits = '0'] = RECEIPT.exec(receipt) ?? [];
      const offset = Number(digits);
      if (partition !== '' && offset > (last.get(partition)?.offset ?? -1)) last.set(partition, { offset, receipt });
    },
    all: () => [...last.values()].map(({ receipt }) => receipt),
  };
}
