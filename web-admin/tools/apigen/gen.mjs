// Writes src/api/schema.gen.ts: the types of the box's API, from its description.
import { readFile, writeFile } from 'node:fs/promises'
import openapiTS, { astToString } from 'openapi-typescript'

const here = new URL('.', import.meta.url)
const description = JSON.parse(await readFile(new URL('../../../api/openapi.json', here), 'utf8'))
const types = astToString(await openapiTS(description, { alphabetize: true }))
await writeFile(new URL('../../src/api/schema.gen.ts', here), types)
