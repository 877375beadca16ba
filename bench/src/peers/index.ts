import type { Peer } from '../rule-table.ts'
import { accesscontrol } from './accesscontrol.ts'
import { casbin, casbinCached } from './casbin.ts'
import { casl } from './casl.ts'
import { cedar, cedarSharded } from './cedar.ts'
import { linear } from './linear.ts'

/** Every policy engine that is compared with, and the scan that each of them has to beat. */
export const PEERS: readonly Peer[] = [
  linear,
  casl,
  casbin,
  casbinCached,
  cedar,
  cedarSharded,
  accesscontrol,
]
