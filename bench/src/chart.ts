import { LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import { SVGRenderer } from 'echarts/renderers'
import { short } from './markdown-table.ts'
import type { Measurement } from './measure.ts'

use([LineChart, GridComponent, SVGRenderer, LabelLayout])

/** Middle tones: readable on a white and on a dark page. */
const OURS = '#e8590c'
const PEERS = ['#3b82f6', '#0ca678', '#9775fa', '#d6336c', '#b08900', '#15aabf', '#7d8590']
const GREY = '#7d8590'
const GRID = '#7d859055'

const WIDTH = 860
const HEIGHT = 460

/** Rates over sizes, both axes logarithmic, each line labelled where it ends. */
export function ratesChart(measurements: readonly Measurement[], unit: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT })
  const axis = {
    type: 'log' as const,
    axisLine: { lineStyle: { color: GREY } },
    axisLabel: { color: GREY, formatter: short },
    splitLine: { lineStyle: { color: GRID } },
    nameTextStyle: { color: GREY },
  }
  chart.setOption({
    animation: false,
    backgroundColor: 'transparent',
    grid: { left: 70, right: 190, top: 36, bottom: 48 },
    xAxis: { ...axis, name: unit, nameLocation: 'middle', nameGap: 30, min: 100, max: 100_000 },
    yAxis: {
      ...axis,
      name: 'per CPU-second',
      nameTextStyle: { color: GREY, align: 'left' },
    },
    series: linesOf(measurements),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

function linesOf(measurements: readonly Measurement[]): object[] {
  const subjects = [...new Set(measurements.map(({ subject }) => subject))]
  return subjects.map((name, index) => {
    const color = index === 0 ? OURS : (PEERS[(index - 1) % PEERS.length] ?? GREY)
    return {
      type: 'line',
      name,
      data: measurements.flatMap(({ subject, size, perSecond }) =>
        subject === name && perSecond !== null ? [[size, perSecond]] : [],
      ),
      symbol: 'circle',
      symbolSize: 6,
      lineStyle: { color, width: index === 0 ? 3 : 1.5 },
      itemStyle: { color },
      endLabel: {
        show: true,
        color,
        fontWeight: index === 0 ? 'bold' : 'normal',
        formatter: ({ value }: { readonly value: readonly number[] }) =>
          `${name} ${short(value[1] ?? 0)}`,
      },
      labelLayout: { moveOverlap: 'shiftY' },
    }
  })
}
