import { DataTable } from '../frame/data-table';
import type { ShownPipeline } from '../api/answers';

type ShownBalance = ShownPipeline['balances'][number];

const VERDICTS = {
  balanced: ['✓', 'adds up', 'state-succeeded'],
  'under-way': ['…', 'under way', 'state-processing'],
  unbalanced: ['✗', 'does not add up', 'state-failed'],
  unknown: ['?', 'not known here', 'state-unknown'],
} as const satisfies Record<ShownBalance['verdict'], readonly [sign: string, words: string, name: string]>;

const COLUMNS = [
  { name: 'Verdict' },
  { name: 'What must be equal', isRowName: true },
  { name: 'Received', isNumber: true },
  { name: 'Applied', isNumber: true },
  { name: 'Waiting', isNumber: true },
];

const number = (count: number | null): string => (count === null ? '–' : count.toLocaleString('en'));

/** Whether what went in came out. */
export function Balances({ balances }: { readonly balances: ShownPipeline['balances'] }) {
  const rows = balances.map(({ name, verdict, meaning, why, received, applied, waiting }) => ({
    key: name,
    cells: [
      <VerdictMark key="verdict" verdict={verdict} />,
      <>
        {meaning}
        {why !== null && <p class="muted">{why}</p>}
      </>,
      ...[received, applied, waiting].map(number),
    ],
  }));
  return (
    <section class="section" aria-label="Balances">
      <h2>Balances</h2>
      <DataTable label="Table of balances" columns={COLUMNS} rows={rows} />
    </section>
  );
}

function VerdictMark({ verdict }: Pick<ShownBalance, 'verdict'>) {
  const [sign, words, name] = VERDICTS[verdict];
  return (
    <span class={`state ${name}`}>
      <span class="verdict" aria-hidden="true">
        {sign}
      </span>
      {words}
    </span>
  );
}
