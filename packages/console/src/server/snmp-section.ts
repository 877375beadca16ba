import { escapeControls } from '@gatehouse/core'
import { html } from 'hono/html'
import { partText } from '../snmp/status-table.ts'
import { ticksText, valueText, type StatedVarbind } from '../snmp/values.ts'
import type { ReceiverView, SnmpState, SnmpSystemView, SnmpView, TrapEvent } from '../snmp/view.ts'

/** A piece of HTML in which everything interpolated has been escaped. */
type Html = ReturnType<typeof html>

/** What the console knows by SNMP, to look at only. */
export function snmpSection({ systems, fault, receiver, events, caveats }: SnmpView): Html {
  return html`<section aria-labelledby="snmp">
    <h2 id="snmp">SNMP</h2>
    ${caveats.map((caveat) => html`<p class="faint">${caveat}</p>`)}
    ${fault === undefined ? '' : html`<p><span class="mark bad">not polled</span> ${escapeControls(fault)}</p>`}
    ${systems.length === 0 ? NO_SYSTEMS : systemTable(systems)}
    <h3 id="traps">Traps</h3>
    ${receiver === undefined ? NO_RECEIVER : receiverLines(receiver)}
    ${events.length === 0 ? NO_EVENTS : eventTable(events)}
  </section>`
}

const NO_SYSTEMS = html`<p class="faint">No system of the systems file has settings for SNMP.</p>`
const NO_RECEIVER = html`<p class="faint">
  None are received: the settings have no <code>traps</code>.
</p>`
const NO_EVENTS = html`<p class="faint">None yet.</p>`

const TONES: Readonly<Record<SnmpState, 'good' | 'warn' | 'bad'>> = {
  up: 'good',
  silent: 'bad',
  refused: 'bad',
  'never seen': 'warn',
}

function systemTable(systems: readonly SnmpSystemView[]): Html {
  return html`<table role="table">
    <caption>
      What each said when it was last seen; times in UTC.
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col">System</th>
        <th role="columnheader" scope="col">State</th>
        <th role="columnheader" scope="col">Last seen</th>
        <th role="columnheader" scope="col">Said</th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${systems.map(systemRow)}
    </tbody>
  </table>`
}

function systemRow(system: SnmpSystemView): Html {
  const { name, address, port, state, lastSeen, ageSeconds = 0 } = system
  const place = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  return html`<tr role="row">
    <td role="cell"><strong>${name}</strong><br /><span class="faint place">${place}</span></td>
    <td role="cell"><span class="mark ${TONES[state]}">${state}</span>${failures(system)}</td>
    <td role="cell">
      ${
        lastSeen === undefined
          ? 'never'
          : html`<time datetime="${lastSeen}">${lastSeen.slice(11, 19)}</time><br /><span
                class="faint"
                >${ageSeconds} s ago</span
              >`
      }
    </td>
    <td role="cell">${said(system)}</td>
  </tr>`
}

function failures({ failed, usersStopped }: SnmpSystemView): Html {
  const tries = failed.map(
    ({ ref, code }) =>
      html`<br /><span class="faint"
          >${escapeControls(ref)}: <code>${escapeControls(code)}</code></span
        >`,
  )
  const stopped =
    usersStopped === true
      ? html`<br /><span class="faint"
            >users are no longer tried, so that no account is locked out: mend the settings and
            start the console again</span
          >`
      : ''
  return html`${tries}${stopped}`
}

function said({ by, values }: SnmpSystemView): Html {
  if (by === undefined || values === undefined) return html``
  const { upTime, name, interfaces, parts } = values
  const facts = [
    ...(name === undefined ? [] : [`name ${name}`]),
    ...(upTime === undefined ? [] : [`up ${ticksText(upTime)}`]),
    ...(interfaces === undefined ? [] : [`${interfaces} interfaces`]),
  ]
  const how =
    by.version === '3' ? `version 3, ${by.level ?? ''}` : `version ${by.version}, in clear`
  return html`${escapeControls(facts.join(', '))}<br /><span class="faint"
      >by ${escapeControls(by.ref)}, ${how}</span
    >${parts.map((part) => html`<br />${escapeControls(partText(part))}`)}`
}

function object(varbind: StatedVarbind): Html {
  return html`<br /><code>${varbind.oid}</code> ${escapeControls(valueText(varbind))}`
}

function receiverLines(receiver: ReceiverView): Html {
  const { addresses, versions, receiveBufferBytes, droppedByKernel, noPolicy, notReloaded } =
    receiver
  const { socketFaults, lastSocketFault } = receiver
  const places = addresses.map(({ address, port }) =>
    address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
  )
  const dropped = droppedByKernel === undefined ? 'unknown' : String(droppedByKernel)
  return html`<p class="faint">
      On ${places.join(', ')}, versions ${versions.join(', ')}; receive buffer ${receiveBufferBytes}
      bytes; dropped by the kernel: ${dropped}; taken ${receiver.taken}, refused
      ${receiver.refused}.
    </p>
    ${
      noPolicy === undefined
        ? ''
        : html`<p>
            <span class="mark bad">nothing is taken</span> <code>${noPolicy}</code>
            ${escapeControls(receiver.configurationFile)}
          </p>`
    }
    ${
      notReloaded === undefined
        ? ''
        : html`<p>
            <span class="mark warn">not read again</span> <code>${notReloaded}</code> what
            ${escapeControls(receiver.configurationFile)} said before stays in force
          </p>`
    }
    ${
      lastSocketFault === undefined
        ? ''
        : html`<p>
            <span class="mark warn">socket failed</span> ${socketFaults} ×, last:
            ${escapeControls(lastSocketFault)}
          </p>`
    }`
}

function eventTable(events: readonly TrapEvent[]): Html {
  return html`<table role="table">
    <caption>
      The latest ${events.length}, newest first; source addresses as claimed, times in UTC.
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col">Time</th>
        <th role="columnheader" scope="col">From</th>
        <th role="columnheader" scope="col">Trap</th>
        <th role="columnheader" scope="col">Carries</th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${events.map(eventRow)}
    </tbody>
  </table>`
}

function eventRow(event: TrapEvent): Html {
  const {
    at,
    source,
    system,
    version,
    user,
    level = '',
    kind,
    trapOid,
    uptime,
    varbinds,
    more,
  } = event
  const who =
    user === undefined ? `version ${version}, in clear` : `version 3, user ${user}, ${level}`
  return html`<tr role="row">
    <td role="cell"><time datetime="${at}">${at.slice(11, 19)}</time></td>
    <td role="cell">
      ${system ?? 'unknown system'}<br /><span class="faint"
        >${escapeControls(`${source}, ${who}`)}</span
      >
    </td>
    <td role="cell">
      <code>${trapOid}</code><br /><span class="faint">${kind}, up ${ticksText(uptime)}</span>
    </td>
    <td role="cell">${varbinds.map(object)}${more === 0 ? '' : html`<br />and ${more} more`}</td>
  </tr>`
}
