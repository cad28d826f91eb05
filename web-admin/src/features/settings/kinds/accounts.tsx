import { UserActions } from '@/features/users/UserActions'
import type { Kind } from '../kit/kind'

const roles = ['admin', 'supervisor', 'agent', 'advisor', 'qa', 'viewer', 'installer', 'headquarters'] as const

/** Who may sign in. */
export const users: Kind = {
  url: 'users', schema: 'UserFields', plain: true, fresh: { role: 'agent', language: 'zh-CN' },
  sections: [
    {
      key: 'basics', fields: [
        { name: 'login', kind: 'text', required: true },
        { name: 'name', kind: 'text', required: true },
        { name: 'password', kind: 'secret', atFirst: true, required: true },
        { name: 'role', kind: 'choice', of: roles, words: 'users.role', required: true },
        { name: 'agent', kind: 'ref', source: 'agents' },
        { name: 'extension', kind: 'ref', source: 'extensions' },
        { name: 'language', kind: 'choice', of: ['zh-CN', 'en'], words: 'settings.language' },
        { name: 'disabled', kind: 'switch' },
      ],
    },
  ],
  below: (item) => <UserActions user={item} />,
}

/** What events other programs can be told of. */
export const hookEvents = ['call.ended', 'customer.changed', 'ticket.changed', 'vehicle.changed', 'voicemail.changed'] as const

/** Programs that are told what happens. */
export const webhooks: Kind = {
  url: 'webhooks', schema: 'WebhookFields', plain: true, fresh: { enabled: true, events: [] },
  sections: [
    {
      key: 'basics', fields: [
        { name: 'name', kind: 'text', required: true },
        { name: 'url', kind: 'text', required: true, wide: true },
        { name: 'events', kind: 'choices', of: hookEvents, words: 'webhooks.event', required: true, wide: true },
        { name: 'enabled', kind: 'switch' },
      ],
    },
  ],
}
