import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry, type Metric } from 'prom-client';

export interface MetricOptions<L extends string> {
  /** Without the prefix, in base units: `…_total`, `…_seconds`, `…_bytes`. */
  readonly name: string;
  readonly help: string;
  /** Default: none. Never something with many values, such as an id. */
  readonly labels?: readonly L[];
}

export interface HistogramOptions<L extends string> extends MetricOptions<L> {
  /** Upper bounds, ascending, in the metric's unit. Default: 1 ms to 60 s. */
  readonly buckets?: readonly number[];
}

export interface GaugeOptions<L extends string> extends MetricOptions<L> {
  /** Called at each scrape, to set the value then. */
  readonly collect?: (gauge: Gauge<L>) => void | Promise<void>;
}

/**
 * The metrics of one process, or of one app in a spec: a registry of their own, no global state. Asking for the same name
 * again answers the same metric, so that several modules of one process may share it.
 */
export interface Metrics {
  readonly registry: Registry;
  counter<L extends string = never>(options: MetricOptions<L>): Counter<L>;
  gauge<L extends string = never>(options: GaugeOptions<L>): Gauge<L>;
  histogram<L extends string = never>(options: HistogramOptions<L>): Histogram<L>;
  /** The text that Prometheus scrapes. */
  text(): Promise<string>;
  readonly contentType: string;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export interface MakeMetricsOptions {
  /** Default `mps_ledger_`. */
  readonly prefix?: string;
  /** Also memory, CPU, event loop, file descriptors of this process, by their usual names. Default true. */
  readonly processMetrics?: boolean;
}

export function makeMetrics({ prefix = 'mps_ledger_', processMetrics = true }: MakeMetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (processMetrics) collectDefaultMetrics({ register: registry });
  const once = <M extends Metric>(name: string, make: (fullName: string) => M): M => {
    const fullName = name.startsWith(prefix) ? name : prefix + name;
    return (registry.getSingleMetric(fullName) as M | undefined) ?? make(fullName);
  };
  const common = <L extends string>(name: string, { help, labels }: MetricOptions<L>) => ({
    name,
    help,
    labelNames: labels ?? [],
    registers: [registry],
  });
  return {
    registry,
    counter: <L extends string>(options: MetricOptions<L>) =>
      once(options.name, (name) => new Counter<L>(common(name, options))),
    gauge: <L extends string>(options: GaugeOptions<L>) =>
      once(options.name, (name) => {
        const { collect } = options;
        if (collect === undefined) return new Gauge<L>(common(name, options));
        return new Gauge<L>({
          ...common(name, options),
          collect() {
            return collect(this);
          },
        });
      }),
    histogram: <L extends string>(options: HistogramOptions<L>) =>
      once(
        options.name,
        (name) => new Histogram<L>({ ...common(name, options), buckets: [...(options.buckets ?? SECONDS)] }),
      ),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
