import type { ComponentChildren } from 'preact';

export interface TableColumn {
  readonly name: string;
  readonly isNumber?: boolean;
  /** Its cells name the rows. */
  readonly isRowName?: boolean;
}

export interface TableRow {
  readonly key: string;
  /** As many as there are columns. */
  readonly cells: readonly ComponentChildren[];
}

interface DataTableProps {
  readonly label: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  readonly isDense?: boolean;
}

/** A table. Where it is wider than the window, it scrolls, and not the page; by keys, too. */
export function DataTable({ label, columns, rows, isDense = false }: DataTableProps) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={label}>
      <table class={isDense ? 'table table-dense' : 'table'}>
        <thead>
          <tr>
            {columns.map(({ name, isNumber = false }) => (
              <th key={name} scope="col" class={isNumber ? 'number' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>{cells.map((cell, at) => tableCell(cell, columns[at]))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function tableCell(cell: ComponentChildren, column: TableColumn | undefined) {
  if (column?.isRowName === true) return <th scope="row">{cell}</th>;
  return <td class={column?.isNumber === true ? 'number' : ''}>{cell}</td>;
}
