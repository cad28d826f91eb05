import { BulbOutlined, GlobalOutlined, LogoutOutlined, MenuOutlined, UserOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { Button, Drawer, Dropdown, Grid, Layout, Menu, Tooltip } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { Palette } from '@/features/search/Palette'
import { setLanguage } from '@/i18n'
import { LiveProvider, useIsLive } from './live'
import { groups } from './nav'
import { useSession } from './session'
import { setLook, useDark } from './theme'

/** What stands around every page: the head, the menu, and the banner when the box cannot be heard. */
export function Shell() {
  return (
    <LiveProvider>
      <Frame />
    </LiveProvider>
  )
}

function Frame() {
  const { t } = useTranslation()
  const wide = Grid.useBreakpoint().lg
  const [open, setOpen] = useState(false)
  return (
    <Layout className="shell">
      <a className="skip" href="#main">{t('ui.skip')}</a>
      <Layout.Header className="shell-head">
        {wide === false && <Button type="text" icon={<MenuOutlined />} aria-label={t('nav.menu')} onClick={() => setOpen(true)} />}
        <Link to="/" className="shell-brand">
          <img src="/favicon.svg" alt="" width={24} height={24} />
          <span>Dealerline</span>
        </Link>
        <div className="shell-gap" />
        <Palette />
        <Tools />
      </Layout.Header>
      <Offline />
      <Phone />
      <Layout>
        {wide !== false && (
          <Layout.Sider className="shell-side" width={196} theme="light">
            <nav aria-label={t('nav.menu')}><Places /></nav>
          </Layout.Sider>
        )}
        <Drawer open={open} onClose={() => setOpen(false)} placement="left" size={240} title={t('nav.menu')} styles={{ body: { padding: 0 } }}>
          <Places onPick={() => setOpen(false)} />
        </Drawer>
        <Layout.Content className="shell-main" id="main" role="main"><Outlet /></Layout.Content>
      </Layout>
    </Layout>
  )
}

function Places({ onPick }: { onPick?: () => void }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const path = useRouterState({ select: (s) => s.location.pathname })
  const items = groups
    .map((g) => ({
      key: g.key, type: 'group' as const, label: t(g.key),
      children: g.places.filter((p) => may(p.perm)).map((p) => ({ key: p.path, icon: p.icon, label: <Link to={p.path} onClick={onPick}>{t(p.key)}</Link> })),
    }))
    .filter((g) => g.children.length > 0)
  return <Menu mode="inline" selectedKeys={['/' + (path.split('/')[1] ?? '')]} items={items} style={{ borderInlineEnd: 0 }} />
}

const Dock = lazy(() => import('@/softphone/SoftphoneDock'))

/** The telephone of those who have one. */
function Phone() {
  return useSession().me.user.agent === '' ? null : <Suspense><Dock /></Suspense>
}

function Offline() {
  const { t } = useTranslation()
  return useIsLive() ? null : <div className="offline" role="alert">{t('ui.offlineBanner')}</div>
}

function Tools() {
  const { t, i18n } = useTranslation()
  const { me } = useSession()
  const dark = useDark()
  const client = useQueryClient()
  const go = useNavigate()
  const signOut = async () => {
    await take(api.DELETE('/api/v1/session')).catch(() => {}) // gone already
    client.clear()
    await go({ to: '/' })
    window.location.reload()
  }
  const english = i18n.language === 'en'
  return (
    <>
      <Tooltip title={dark ? t('ui.light') : t('ui.dark')}>
        <Button type="text" icon={<BulbOutlined />} aria-label={dark ? t('ui.light') : t('ui.dark')} onClick={() => setLook(dark ? 'light' : 'dark')} />
      </Tooltip>
      <Button type="text" icon={<GlobalOutlined />} aria-label={english ? '中文' : 'English'} lang={english ? 'zh-CN' : 'en'} onClick={() => setLanguage(english ? 'zh-CN' : 'en')}>
        <span className="shell-word">{english ? '中文' : 'English'}</span>
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{ items: [{ key: 'out', icon: <LogoutOutlined />, label: t('session.signOut') }], onClick: () => void signOut() }}
      >
        <Button type="text" icon={<UserOutlined />} aria-label={me.user.name || me.user.login}><span className="shell-word">{me.user.name || me.user.login}</span></Button>
      </Dropdown>
    </>
  )
}
