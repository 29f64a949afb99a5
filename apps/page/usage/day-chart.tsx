import { numberWords } from './usage-rows';

interface DayChartProps {
  readonly days: readonly (readonly [string, number])[];
  readonly label: string;
}

/** The days as bars, each with its number on hover and for who does not see it. */
export function DayChart({ days, label }: DayChartProps) {
  const highest = days.reduce((most, [, value]) => Math.max(most, value), 0);
  return (
    <figure class="day-chart" aria-label={`${label} by day`}>
      <ol>
        {days.map(([day, value]) => (
          <li key={day} title={`${day}: ${numberWords(value)}`}>
            <span class="day-value">{value > 0 ? numberWords(value) : ''}</span>
            <span
              class={value > 0 ? 'day-bar' : 'day-bar day-none'}
              style={{ height: `${highest === 0 ? 0 : (value / highest) * 100}%` }}
            />
            <span class="day-name">
              <time dateTime={day}>{day.slice(5)}</time>
            </span>
          </li>
        ))}
      </ol>
      <figcaption class="muted">{label} by day (UTC)</figcaption>
    </figure>
  );
}
