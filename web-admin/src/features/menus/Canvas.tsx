import '@xyflow/react/dist/style.css'

import { Background, type Connection, Controls, Handle, MarkerType, type Node as Drawn, type NodeChange, type NodeProps, Position, ReactFlow } from '@xyflow/react'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useDark } from '@/app/theme'
import { connect, edgesOf, type Flow, type Node, placed, type Problem, update, waysOf } from './model'
import { usePort, useSummary } from './names'

interface Props {
  flow: Flow
  chosen?: string
  onChoose: (name: string | undefined) => void
  onChange?: (f: Flow) => void
  onRemove: (name: string) => void
  problems: Problem[]
  heard: string[]
}

interface Data extends Record<string, unknown> {
  name: string
  node: Node
  entry: boolean
  faults: number
  heard: boolean
}

const kindsOfNodes = { box: Box }

/** A menu as a picture: nodes are moved, connected from port to node, and removed. The list beside it says the same. */
export default function Canvas({ flow, chosen, onChoose, onChange, onRemove, problems, heard }: Props) {
  const { t } = useTranslation()
  const dark = useDark()
  const port = usePort()
  const [moving, setMoving] = useState<{ name: string; x: number; y: number }>()
  const places = useMemo(() => placed(flow), [flow])
  const nodes = useMemo((): Drawn<Data>[] => Object.entries(flow.nodes).map(([name, node]) => ({
    id: name, type: 'box', position: moving?.name === name ? moving : (places.get(name) ?? { x: 0, y: 0 }), selected: name === chosen,
    ariaLabel: `${name}, ${t(`menus.kinds.${node.kind}`, node.kind)}`,
    data: { name, node, entry: name === flow.entry, faults: problems.filter((p) => p.node === name && !p.warning).length, heard: heard.includes(name) },
  })), [flow, places, moving, chosen, problems, heard, t])
  const edges = useMemo(() => edgesOf(flow).map((e) => ({
    id: `${e.from} ${e.port}`, source: e.from, sourceHandle: e.port, target: e.to, label: flow.nodes[e.from]?.kind === 'menu' ? port(flow.nodes[e.from]!, e.port) : undefined,
    markerEnd: { type: MarkerType.ArrowClosed }, animated: heard.includes(e.from) && heard.includes(e.to),
  })), [flow, heard, port])
  const onNodesChange = useCallback((changes: NodeChange<Drawn<Data>>[]) => {
    for (const c of changes) {
      if (c.type === 'select' && c.selected) onChoose(c.id)
      if (c.type === 'position' && c.position && onChange) {
        if (c.dragging) setMoving({ name: c.id, ...c.position })
        else {
          setMoving(undefined)
          onChange(update(flow, c.id, { at: [Math.round(c.position.x), Math.round(c.position.y)] }))
        }
      }
    }
  }, [flow, onChange, onChoose])
  const onConnect = useCallback((c: Connection) => {
    if (onChange && c.sourceHandle) onChange(connect(flow, c.source, c.sourceHandle, c.target))
  }, [flow, onChange])
  return (
    <ReactFlow
      nodes={nodes} edges={edges} nodeTypes={kindsOfNodes} onNodesChange={onNodesChange} onConnect={onConnect} onPaneClick={() => onChoose(undefined)}
      onEdgesDelete={(list) => onChange?.(list.reduce((f, e) => connect(f, e.source, e.sourceHandle ?? '', ''), flow))}
      onNodesDelete={(list) => list.forEach((n) => onRemove(n.id))} nodesDraggable={onChange !== undefined} nodesConnectable={onChange !== undefined}
      deleteKeyCode={onChange ? 'Delete' : null} fitView colorMode={dark ? 'dark' : 'light'} minZoom={0.2} proOptions={{ hideAttribution: true }} aria-label={t('menus.canvas')}
    >
      <Background />
      <Controls showInteractive={false} />
    </ReactFlow>
  )
}

/** A node with a port for each way that leads on. */
function Box({ data, selected }: NodeProps<Drawn<Data>>) {
  const { t } = useTranslation()
  const summary = useSummary()
  const port = usePort()
  const { name, node, entry, faults, heard } = data
  return (
    <div className={`menu-box${selected ? ' chosen' : ''}${heard ? ' heard' : ''}${faults > 0 ? ' bad' : ''}`}>
      <Handle type="target" position={Position.Left} />
      <strong>{name}</strong> <span className="faint">{t(`menus.kinds.${node.kind}`, node.kind)}{entry && ` · ${t('menus.entry')}`}</span>
      <div className="menu-summary">{summary(node)}</div>
      {faults > 0 && <span className="led bad">{t('menus.faults', { count: faults })}</span>}
      {waysOf(name, node).map((e) => (
        <div key={e.port} className="menu-port">{port(node, e.port)}<Handle id={e.port} type="source" position={Position.Right} /></div>
      ))}
    </div>
  )
}
