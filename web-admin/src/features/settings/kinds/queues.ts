import type { Field } from '../kit/field'
import type { Kind } from '../kit/kind'

const strategies = ['longest_idle', 'ring_all', 'ring_progressive', 'round_robin_memory', 'linear', 'fewest_calls', 'least_talk_time', 'random', 'weighted_random'] as const
const emptiness = ['never', 'signed_out', 'paused'] as const

const ring: Field = {
  name: 'ring', kind: 'object', schema: 'QueueRing', fields: [
    { name: 'timeout', kind: 'span', in: 'seconds', standard: 15 },
    { name: 'retry', kind: 'span', in: 'seconds', standard: 3 },
    { name: 'reject_delay', kind: 'span', in: 'seconds', standard: 10 },
    { name: 'busy_delay', kind: 'span', in: 'seconds', standard: 60 },
    { name: 'progressive_delay', kind: 'span', in: 'seconds', standard: 10 },
    { name: 'max_misses', kind: 'number', min: 0, standard: 2 },
    { name: 'miss_reset', kind: 'span', in: 'seconds', standard: 0 },
  ],
}

const announce: Field = {
  name: 'announce', kind: 'object', schema: 'QueueAnnounce', fields: [
    { name: 'entry', kind: 'ref', source: 'prompts' },
    { name: 'position', kind: 'switch', standard: 1 },
    { name: 'wait', kind: 'switch', standard: 1 },
    { name: 'every', kind: 'span', in: 'seconds', standard: 45 },
    { name: 'wait_round', kind: 'span', in: 'seconds', standard: 30 },
    { name: 'wait_above', kind: 'span', in: 'seconds', standard: 60 },
    { name: 'periodic', kind: 'refs', source: 'prompts' },
    { name: 'periodic_every', kind: 'span', in: 'seconds', standard: 60 },
  ],
}

const callback: Field = {
  name: 'callback', kind: 'object', schema: 'QueueCallbackRule', fields: [
    { name: 'key', kind: 'text', digits: true },
    { name: 'wait', kind: 'span', in: 'seconds', standard: 90 },
    { name: 'position', kind: 'number', min: 0, standard: 3 },
    { name: 'calendar', kind: 'ref', source: 'calendars' },
    { name: 'before_closing', kind: 'span', in: 'seconds', standard: 1800 },
    { name: 'attempts', kind: 'number', min: 1, standard: 3 },
    { name: 'spacing', kind: 'spans' },
    { name: 'max', kind: 'number', min: 0, standard: 20 },
    { name: 'ring', kind: 'span', in: 'seconds', standard: 40 },
    { name: 'confirm', kind: 'span', in: 'seconds', standard: 30 },
    { name: 'greeting', kind: 'ref', source: 'prompts' },
  ],
}

export const queues: Kind = {
  url: 'queues', schema: 'Queue',
  columns: ['strategy', { name: 'agents', show: (v) => String((v.agents as unknown[] | undefined)?.length ?? 0) }, 'wrap_up', 'max_length', 'priority'],
  fresh: { tell_hold_time: true, tier_skip_empty: true, announce: { position: true, wait: true }, prefer: { owner: true }, agents: [] },
  sections: [
    {
      key: 'basics', fields: [
        { name: 'id', kind: 'text', required: true, fixed: true },
        { name: 'name', kind: 'text', required: true },
        { name: 'strategy', kind: 'choice', of: strategies, standard: 'longest_idle' },
        { name: 'priority', kind: 'span', in: 'seconds', standard: 0 },
        { name: 'music', kind: 'text', standard: 'default' },
        { name: 'max_length', kind: 'number', min: 0, standard: 20 },
        { name: 'full_target', kind: 'target' },
        { name: 'max_wait', kind: 'span', in: 'seconds', standard: 0 },
        { name: 'timeout_target', kind: 'target' },
      ],
    },
    {
      key: 'agents', fields: [
        {
          name: 'agents', kind: 'list', schema: 'QueueTier', fresh: { level: 1, position: 1, weight: 1 }, fields: [
            { name: 'agent', kind: 'ref', source: 'agents', required: true },
            { name: 'level', kind: 'number', min: 0 },
            { name: 'position', kind: 'number', min: 0 },
            { name: 'weight', kind: 'number', min: 0, max: 1000 },
          ],
        },
        { name: 'tier_wait', kind: 'span', in: 'seconds', standard: 0 },
        { name: 'tier_skip_empty', kind: 'switch', standard: 1 },
        {
          name: 'skills', kind: 'list', schema: 'QueueSkillNeed', fresh: { level: 1 }, fields: [
            { name: 'skill', kind: 'ref', source: 'skills', free: true, required: true },
            { name: 'level', kind: 'number', min: 1 },
          ],
        },
        {
          name: 'prefer', kind: 'object', schema: 'QueuePrefer', fields: [
            { name: 'owner', kind: 'switch', standard: 1 },
            { name: 'last_agent_days', kind: 'number', min: 0, unit: 'days', standard: 30 },
            { name: 'wait', kind: 'span', in: 'seconds', standard: 20 },
          ],
        },
      ],
    },
    { key: 'ringing', fields: [ring] },
    {
      key: 'wrapup', fields: [
        { name: 'wrap_up', kind: 'span', in: 'seconds', standard: 30 },
        { name: 'wrap_up_max', kind: 'span', in: 'seconds', standard: 180 },
        { name: 'disposition', kind: 'choice', of: ['off', 'required'], standard: 'off' },
        { name: 'disposition_limit', kind: 'span', in: 'seconds', standard: 300, when: (v) => v.disposition === 'required' },
      ],
    },
    { key: 'announcements', fields: [announce] },
    {
      key: 'overflow', fields: [
        {
          name: 'overflow', kind: 'list', schema: 'QueueRung', fresh: { after: 60, when: 'always' }, fields: [
            { name: 'after', kind: 'span', in: 'seconds' },
            { name: 'when', kind: 'choice', of: ['always', 'no_agents'], standard: 'always' },
            { name: 'target', kind: 'target', required: true },
          ],
        },
        { name: 'exit_keys', kind: 'map', key: { kind: 'digit' }, of: { kind: 'target' } },
        { name: 'join_empty', kind: 'choice', of: emptiness, standard: 'never' },
        { name: 'leave_empty', kind: 'choice', of: emptiness, standard: 'never' },
        { name: 'empty_target', kind: 'target' },
      ],
    },
    { key: 'callback', folded: true, fields: [callback] },
    {
      key: 'more', folded: true, fields: [
        { name: 'vip_bonus', kind: 'span', in: 'seconds', standard: 300 },
        { name: 'whisper', kind: 'ref', source: 'prompts' },
        { name: 'tell_hold_time', kind: 'switch', standard: 1 },
        { name: 'caller_id', kind: 'text', digits: true },
        { name: 'survey', kind: 'ref', source: 'flows' },
        { name: 'handle_time', kind: 'span', in: 'seconds', standard: 180 },
        {
          name: 'service_level', kind: 'object', schema: 'QueueServiceLevel', fields: [
            { name: 'percent', kind: 'number', min: 0, max: 100, unit: 'percent', standard: 80 },
            { name: 'within', kind: 'span', in: 'seconds', standard: 20 },
            { name: 'short_abandon', kind: 'span', in: 'seconds', standard: 6 },
          ],
        },
      ],
    },
  ],
}
