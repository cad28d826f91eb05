import { Segmented } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { type Language, setLanguage } from '@/i18n'

/** The frame of what is shown before anybody is signed in. */
export function Door({ title, children, over = false }: { title: string; children: ReactNode; over?: boolean }) {
  const { i18n } = useTranslation()
  return (
    <main className={over ? 'door over' : 'door'} role={over ? 'dialog' : undefined} aria-modal={over || undefined} aria-label={title}>
      <section className="door-card">
        <header>
          <img src="/favicon.svg" alt="" width={40} height={40} />
          <h1>{title}</h1>
        </header>
        {children}
        <footer>
          <Segmented<Language>
            size="small"
            value={i18n.language as Language}
            onChange={setLanguage}
            options={[{ label: '中文', value: 'zh-CN' }, { label: 'English', value: 'en' }]}
          />
        </footer>
      </section>
    </main>
  )
}
