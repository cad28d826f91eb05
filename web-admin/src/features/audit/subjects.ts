/** What entries of the audit are about: kinds of records, and what people did besides. */
export const subjects = [
  'document', 'prompt', 'session', 'user', 'credential', 'token', 'webhook', 'customer', 'vehicle', 'visit', 'relation', 'tag', 'ticket', 'ticket_entry',
  'ticket_file', 'outreach_task', 'outreach_reply', 'recording', 'review', 'voicemail', 'wrap_up', 'import', 'export', 'report', 'call', 'callback', 'agent', 'extension',
] as const
