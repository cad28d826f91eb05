import { BarChart, HeatmapChart, LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { useDark } from '@/app/theme'
import { type Measure, type Report, show, weekdays } from './figures'

use([BarChart, HeatmapChart, LineChart, AriaComponent, GridComponent, TooltipComponent, VisualMapComponent, CanvasRenderer])

/** One figure by the rows of a report: a line in time, bars for queues and agents, a map of weekdays and hours. */
export default function Chart({ report, index }: { report: Report; index: number }) {
  const { t } = useTranslation()
  const dark = useDark()
  const box = useRef<HTMLDivElement>(null)
  const measure = report.measures[index]!
  const days = useMemo(() => weekdays(t), [t])
  useEffect(() => {
    const chart = init(box.current!, dark ? 'dark' : undefined)
    chart.setOption({ backgroundColor: 'transparent', animation: false, aria: { enabled: true }, ...options(report, index, measure, days, dark) })
    const seen = new ResizeObserver(() => chart.resize())
    seen.observe(box.current!)
    return () => {
      seen.disconnect()
      chart.dispose()
    }
  }, [report, index, measure, days, dark])
  const bars = ['queues', 'agents', 'trunks', 'tickets', 'callbacks', 'surveys'].includes(report.kind)
  return <div ref={box} className="figures-chart" style={{ height: bars ? Math.max(160, 40 + 28 * Math.min(report.rows.length, 40)) : 280 }} role="img" aria-label={measure.name} />
}

function options(r: Report, i: number, m: Measure, days: string[], dark: boolean) {
  const scale = m.unit === 'percent' ? { max: 1 } : m.unit === 'count' ? { minInterval: 1 } : {}
  const format = (v: number) => show(m.unit, v)
  const color = dark ? '#77a8ff' : '#1557d6'
  const faint = dark ? '#a8b0bb' : '#555d69'
  const values = r.rows.map((row) => row.figures[i]?.value ?? null)
  const axis = { type: 'value' as const, axisLabel: { formatter: format, color: faint }, ...scale }
  if (r.kind === 'hours') {
    const cells = r.rows.flatMap((row) => {
      const [day, hour] = row.key.split(' ').map(Number)
      const v = row.figures[i]?.value
      return v === undefined ? [] : [[hour!, day! - 1, v]]
    })
    const most = Math.max(m.unit === 'percent' ? 1 : 0, ...cells.map((c) => c[2]!))
    return {
      grid: { left: 48, right: 90, top: 10, bottom: 30 },
      tooltip: { formatter: (p: { value: [number, number, number] }) => `${days[p.value[1]]} ${p.value[0]}:00 · ${format(p.value[2])}` },
      xAxis: { type: 'category' as const, data: Array.from({ length: 24 }, (_, h) => String(h)), axisLabel: { color: faint } },
      yAxis: { type: 'category' as const, data: days, inverse: true, axisLabel: { color: faint } },
      visualMap: { min: 0, max: most || 1, right: 0, top: 'center', calculable: false, formatter: format, textStyle: { color: faint }, inRange: { color: dark ? ['#16202f', '#77a8ff'] : ['#e8effd', '#1557d6'] } },
      series: [{ type: 'heatmap' as const, data: cells }],
    }
  }
  if (r.kind === 'intervals' || r.kind === 'days') {
    const oneDay = r.kind === 'intervals' && new Set(r.rows.map((row) => row.key.slice(0, 10))).size === 1
    return {
      grid: { left: 64, right: 16, top: 16, bottom: 32 },
      tooltip: { trigger: 'axis' as const, valueFormatter: (v: unknown) => (typeof v === 'number' ? format(v) : '–') },
      xAxis: { type: 'category' as const, data: r.rows.map((row) => (oneDay ? row.key.slice(11) : row.key)), axisLabel: { color: faint, hideOverlap: true } },
      yAxis: axis,
      series: [{ name: m.name, type: m.unit === 'count' ? ('bar' as const) : ('line' as const), data: values, color, connectNulls: false, symbolSize: 6 }],
    }
  }
  return {
    grid: { left: 120, right: 60, top: 8, bottom: 28 },
    tooltip: { trigger: 'axis' as const, axisPointer: { type: 'shadow' as const }, valueFormatter: (v: unknown) => (typeof v === 'number' ? format(v) : '–') },
    xAxis: axis,
    yAxis: { type: 'category' as const, data: r.rows.map((row) => row.name || '–'), inverse: true, axisLabel: { color: faint, width: 104, overflow: 'truncate' as const } },
    series: [{ name: m.name, type: 'bar' as const, data: values, color, barMaxWidth: 18, label: { show: true, position: 'right' as const, color: faint, formatter: (p: { value: unknown }) => (typeof p.value === 'number' ? format(p.value) : '') } }],
  }
}
