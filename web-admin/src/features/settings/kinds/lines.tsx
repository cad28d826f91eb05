import type { Field } from '../kit/field'
import type { Kind } from '../kit/kind'
import { LineState } from '../pages/LineState'

const rewrite = (name: string): Field => ({
  name, kind: 'object', schema: 'NumberRule', fields: [{ name: 'strip', kind: 'text', pattern: true }, { name: 'add', kind: 'text', pattern: true }],
})

export const trunks: Kind = {
  url: 'trunks', schema: 'Trunk', fresh: { register: true },
  columns: [{ name: 'state', title: 'settings.state', show: (v) => <LineState name={String(v.name)} /> }, 'host', 'username', 'capacity', 'priority'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'name', kind: 'text', required: true, fixed: true },
        { name: 'register', kind: 'switch' },
        { name: 'host', kind: 'text', required: true },
        { name: 'port', kind: 'number', min: 0, max: 65535, standard: 5060 },
        { name: 'transport', kind: 'choice', of: ['udp', 'tcp', 'tls'], standard: 'udp' },
        { name: 'capacity', kind: 'number', min: 0, unit: 'calls' },
        { name: 'priority', kind: 'number' },
      ],
    },
    {
      key: 'account', fields: [
        { name: 'username', kind: 'text' },
        { name: 'auth_name', kind: 'text' },
        { name: 'password', kind: 'secret' },
        { name: 'realm', kind: 'text' },
        { name: 'expires_seconds', kind: 'span', in: 'seconds', standard: 600, when: (v) => v.register === true },
        { name: 'options_seconds', kind: 'span', in: 'seconds' },
      ],
    },
    {
      key: 'numbers', fields: [
        { name: 'caller_id', kind: 'choice', of: ['pass', 'fixed', 'user'], standard: 'pass' },
        { name: 'caller_number', kind: 'text', digits: true, when: (v) => v.caller_id === 'fixed' },
        { name: 'trust_caller', kind: 'switch' },
        { name: 'from_user', kind: 'text' },
        { name: 'from_domain', kind: 'text' },
        rewrite('outbound_numbers'), rewrite('inbound_numbers'), rewrite('caller_numbers'),
      ],
    },
    { key: 'more', fields: [{ name: 'sources', kind: 'tags', wide: true }, { name: 'messages', kind: 'switch' }] },
  ],
}

export const analogLines: Kind = {
  url: 'analog-lines', schema: 'LineSettings',
  omitted: { learned_profile: 'measured by the learning of the line, whole; a person chooses profile' },
  columns: [{ name: 'state', title: 'settings.state', show: (v) => <LineState name={String(v.name)} /> }, 'device', 'number', 'group', 'profile', 'inbound_only'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'name', kind: 'text', required: true, fixed: true },
        { name: 'device', kind: 'text', required: true },
        { name: 'number', kind: 'text', digits: true },
        { name: 'group', kind: 'ref', source: 'analog-groups', free: true },
        { name: 'profile', kind: 'choice', of: ['china', 'copper-office', 'fibre-onu', 'iad-swapping', 'iad-restless', 'pbx-extension'], standard: 'china' },
        { name: 'prefix', kind: 'text', pattern: true },
        { name: 'inbound_only', kind: 'switch' },
        { name: 'capture_seconds', kind: 'number', min: -1, max: 300, unit: 'seconds', standard: 30 },
      ],
    },
  ],
}

export const analogGroups: Kind = {
  url: 'analog-groups', schema: 'LineGroupSettings', columns: ['choose'], fresh: { choose: 'highest' },
  sections: [
    { key: 'basics', fields: [{ name: 'name', kind: 'text', required: true, fixed: true }, { name: 'choose', kind: 'choice', of: ['highest', 'round_robin'], required: true }] },
  ],
}

const priority: Field = { name: 'value', kind: 'number' }
export const analogPriority: Kind = { url: 'analog-priority', schema: 'analog-priority', single: true, bare: priority, sections: [{ key: 'basics', fields: [priority] }] }

export const inboundRules: Kind = {
  url: 'inbound-rules', schema: 'SettingsInboundRule', ordered: true, columns: ['trunk', 'number', 'caller', 'target'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'note', kind: 'text', wide: true },
        { name: 'trunk', kind: 'ref', source: 'ways' },
        { name: 'number', kind: 'text', pattern: true },
        { name: 'caller', kind: 'text', pattern: true },
        { name: 'target', kind: 'target', required: true },
      ],
    },
  ],
}

export const outboundRules: Kind = {
  url: 'outbound-rules', schema: 'SettingsOutboundRule', ordered: true, columns: ['match', 'deny', 'strip', 'add', 'trunks'], fresh: { trunks: [] },
  sections: [
    {
      key: 'basics', fields: [
        { name: 'note', kind: 'text', wide: true },
        { name: 'match', kind: 'text', required: true, pattern: true },
        { name: 'deny', kind: 'switch' },
        { name: 'strip', kind: 'number', min: 0, when: (v) => v.deny !== true },
        { name: 'add', kind: 'text', pattern: true, when: (v) => v.deny !== true },
        { name: 'trunks', kind: 'refs', source: 'ways', wide: true, when: (v) => v.deny !== true },
      ],
    },
  ],
}
