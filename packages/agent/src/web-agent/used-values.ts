import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ConfigError, Secret } from '@gatehouse/core'
import { memoryReplayStore, type ReplayStore } from '@gatehouse/signed-request'
import { openFileReplayStore, openPostgresReplayStore } from '@gatehouse/signed-request/stores'
import type { UsedValuesConfig } from '../config/model.ts'

/**
 * Opens the memory of used values.
 *
 * @throws ConfigError when it cannot be opened: without it no request can be accepted once only.
 */
export async function openUsedValues(config: UsedValuesConfig): Promise<ReplayStore> {
  switch (config.in) {
    case 'memory':
      return memoryReplayStore()
    case 'file':
      await mkdir(dirname(config.file), { recursive: true, mode: 0o700 })
      return openFileReplayStore(config.file)
    case 'postgres': {
      const url = process.env[config.urlVariable]
      if (url !== undefined && url !== '') return openPostgresReplayStore(new Secret(url))
      throw new ConfigError(`the variable \`${config.urlVariable}\` has no URL of a database`)
    }
  }
}
