import { cpus } from 'node:os'
import { FileSystems, type FileSystem } from './file-systems.ts'
import { readInterfaces, type NetworkInterface } from './interfaces.ts'
import { ProcessorLoad } from './load.ts'
import { readMemory, type Memory } from './memory.ts'
import { readProcesses, type Processes } from './processes.ts'

/** The machine that the agent runs on, as far as SNMP tells of it. */
export class Machine {
  readonly #load = new ProcessorLoad()
  readonly #fileSystems = new FileSystems()
  /** What the processors are. */
  readonly processorModel: string = cpus()[0]?.model.trim() ?? ''

  /** Looks at what takes a while to see, until {@link stop}. */
  async start(): Promise<void> {
    this.#load.start()
    await this.#fileSystems.start()
  }

  /** Looks no more. */
  stop(): void {
    this.#load.stop()
    this.#fileSystems.stop()
  }

  /** The interfaces now. */
  get interfaces(): readonly NetworkInterface[] {
    return readInterfaces()
  }

  /** The memory now. */
  get memory(): Memory {
    return readMemory()
  }

  /** The processes now. */
  get processes(): Processes {
    return readProcesses()
  }

  /** How busy each processor was over the last minute, in percent. */
  get load(): readonly number[] {
    return this.#load.percent
  }

  /** The file systems at the last look. */
  get fileSystems(): readonly FileSystem[] {
    return this.#fileSystems.current
  }
}
