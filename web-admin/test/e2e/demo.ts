import type { TestProject } from 'vitest/node'

import { Box } from './box'

declare module 'vitest' {
  export interface ProvidedContext {
    demo: { dir: string; url: string; local: string }
  }
}

/** One box with the demo dealership, for all who only look at it. */
export default async function setup(project: TestProject) {
  const box = await Box.start({ demo: true })
  project.provide('demo', { dir: box.dir, url: box.url, local: box.local })
  return () => box.stop()
}
