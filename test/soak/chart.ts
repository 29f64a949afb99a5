import { init } from 'echarts';
import type { Sample } from './sample';
import { RULES } from './verdict';

const WIDTH = 900;
const PANEL = 130;
const GAP = 46;
const TOP = 50;

/** The samples of a run as an SVG: one panel for each measure over the minutes of the run. */
export function drawChart(title: string, samples: readonly Sample[]): string {
  const place = (index: number): number => TOP + index * (PANEL + GAP);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: place(RULES.length) });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: title, left: 'center', textStyle: { fontSize: 14 } },
    grid: RULES.map((_, index) => ({ left: 70, right: 20, top: place(index), height: PANEL })),
    xAxis: RULES.map((_, index) => ({
      gridIndex: index,
      type: 'value',
      max: 'dataMax',
      name: index === RULES.length - 1 ? 'minutes' : '',
      nameLocation: 'middle',
      nameGap: 24,
    })),
    yAxis: RULES.map(({ name, unit }, index) => ({
      gridIndex: index,
      type: 'value',
      min: 0,
      name: unit === '' ? name : `${name}, ${unit}`,
      nameTextStyle: { align: 'left' },
    })),
    series: RULES.map(({ measure }, index) => ({
      type: 'line',
      xAxisIndex: index,
      yAxisIndex: index,
      showSymbol: false,
      lineStyle: { width: 1 },
      data: samples.map((sample) => [sample.seconds / 60, sample[measure]]),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
