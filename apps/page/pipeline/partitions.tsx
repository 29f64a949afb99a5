import { DataTable } from '../frame/data-table';
import { Time } from '../time/time';
import type { ShownPipeline } from '../api/answers';

const COLUMNS = [
  { name: 'Partition', isRowName: true },
  { name: 'Raw position', isNumber: true },
  { name: 'Event position', isNumber: true },
  { name: 'Lag, s', isNumber: true },
  { name: 'Waiting', isNumber: true },
  { name: 'Complete up to' },
];

const number = (count: number | null): string => (count === null ? '–' : count.toLocaleString('en'));

/** How far each partition is. */
export function Partitions({ partitions }: { readonly partitions: ShownPipeline['partitions'] }) {
  const rows = partitions.map(({ partition, raw_position, position, lag, complete_as_of: asOf }) => ({
    key: String(partition),
    cells: [
      ...[partition, number(raw_position), number(position)],
      ...[lag.seconds === null ? '–' : lag.seconds.toFixed(1), number(lag.notifications)],
      asOf === null ? '–' : <Time at={asOf} />,
    ],
  }));
  return (
    <section class="section" aria-label="Partitions">
      <h2>
        Partitions <span class="count-weak">{partitions.length}</span>
      </h2>
      <DataTable label="Table of partitions" columns={COLUMNS} rows={rows} isDense />
    </section>
  );
}
