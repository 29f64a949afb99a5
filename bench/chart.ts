import { init } from 'echarts';
import type { Result } from './results';
import { figure, groupedByCase } from './table';

const WIDTH = 760;
const LEFT = 130;
const BAR = 24;
const PANEL_HEAD = 40;
const TOP = 64;
const OURS = '#1f6f8b';
const THEIRS = '#b9c4c9';

/** Draws the medians of one bench as an SVG bar chart, one panel for each case, with ranges and the ratio of ours to each. */
export function drawChart(title: string, subtitle: string, results: readonly Result[]): string {
  const panels = placed(groupedByCase(results));
  const height = panels.reduce((end, { top, size }) => Math.max(end, top + size), 0) + 16;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: [
      { text: title, subtext: subtitle, left: 16, top: 8, textStyle: { fontSize: 14 } },
      ...panels.map(({ top, block }) => ({
        text: captionOf(block),
        left: 16,
        top: top - PANEL_HEAD + 14,
        textStyle: { fontSize: 12, fontWeight: 'normal' as const },
      })),
    ],
    grid: panels.map(({ top, size }) => ({ left: LEFT, right: 250, top, height: size })),
    xAxis: panels.map((_, gridIndex) => ({ gridIndex, type: 'value' as const, min: 0, show: false })),
    yAxis: panels.map(({ block }, gridIndex) => ({
      gridIndex,
      type: 'category' as const,
      inverse: true,
      data: block.map(({ contestant }) => contestant),
      axisLine: { show: false },
      axisTick: { show: false },
    })),
    series: panels.map(({ block }, index) => barsOf(block, index)),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

function barsOf(block: readonly Result[], index: number) {
  return {
    type: 'bar' as const,
    xAxisIndex: index,
    yAxisIndex: index,
    barWidth: 14,
    data: block.map((result) => ({
      value: result.median ?? 0,
      itemStyle: { color: result.contestant === 'ours' ? OURS : THEIRS },
      label: { show: true, position: 'right' as const, color: '#333333', fontSize: 11, formatter: labelOf(result) },
    })),
  };
}

interface Panel {
  readonly block: readonly Result[];
  readonly top: number;
  readonly size: number;
}

function placed(blocks: readonly (readonly Result[])[]): readonly Panel[] {
  let end = TOP;
  return blocks.map((block) => {
    const top = end + PANEL_HEAD;
    const size = block.length * BAR;
    end = top + size;
    return { block, top, size };
  });
}

function captionOf([first]: readonly Result[]): string {
  const less = first?.better === 'less' ? '(less is better)' : '';
  return [first?.case, first?.unit, less].filter((part) => part !== undefined && part !== '').join(' ');
}

function labelOf(result: Result): string {
  if (result.disqualified !== null) return 'disqualified';
  const value = `${result.extrapolated ? '~' : ''}${figure(result.median)} (${figure(result.min)} – ${figure(result.max)})`;
  return result.contestant === 'ours' ? value : `${value}   ours: × ${figure(result.ratio_of_ours)}`;
}
