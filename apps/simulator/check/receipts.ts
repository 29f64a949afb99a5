/** The last receipt of each partition: once these are applied, all are. */
export interface LastReceipts {
  readonly add: (receipt: string) => void;
  readonly all: () => readonly string[];
}

/** `r1.<log id>.<generation>.<partition>.<offset>`, as the ledger's documentation gives it. */
const RECEIPT = /^(r1\.[a-z0-9]+\.\d+\.\d+)\.(\d+)$/;

export function lastReceipts(): LastReceipts {
  const last = new Map<string, number>();
  return {
    add: (receipt) => {
      const [, partition = '', offset = '0'] = RECEIPT.exec(receipt) ?? [];
      if (partition !== '') last.set(partition, Math.max(Number(offset), last.get(partition) ?? 0));
    },
    all: () => [...last].map(([partition, offset]) => `${partition}.${offset}`),
  };
}
