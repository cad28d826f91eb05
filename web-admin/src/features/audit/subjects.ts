/** What entries of the audit are about most often. */
export const subjects = ['settings', 'prompt', 'session', 'user', 'token', 'hook', 'customer', 'vehicle', 'visit', 'ticket', 'recording', 'voicemail', 'import', 'export', 'call', 'agent'] as const
