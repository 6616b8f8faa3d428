/** One rekey as a picture: the slots of both peers over time, and the frames between them. */
import { slotName } from '../../spec/slot-machine.ts';
import { ATTACKS } from '../network/attacks.ts';
import { escapeXml } from './escape.ts';
import type { FrameRecord, RekeyRecord, Side, SimulationResult, SlotMoment } from './result.ts';

const WIDTH = 1120;
const LEFT = 168;
const RIGHT = 24;
const LANE = 20;
const LANE_GAP = 4;
const AXIS = 34;
const NETWORK = 190;

/** Okabe and Ito's palette, which colour-blind readers can tell apart. */
const STATE_COLOUR: Readonly<Record<string, string>> = { U: '#e6e8eb', P: '#f0e442', A: '#009e73', O: '#e69f00' };
const STATE_NAME: Readonly<Record<string, string>> = { U: 'Unused', P: 'Pending', A: 'Active', O: 'Obsolete' };
const OLD_KEY = '#0072b2';
const NEW_KEY = '#cc79a7';
const BAD = '#d55e00';
const LOST = '#555555';

interface Window {
  readonly from: number;
  readonly to: number;
  readonly x: (ns: number) => number;
}

/** The timeline of one rekey as SVG. @throws RangeError when there is no such rekey */
export function timelineSvg(result: SimulationResult, index: number): string {
  const rekey = result.rekeys[index];
  if (rekey === undefined) throw new RangeError(`rekey ${index} does not exist: there are ${result.rekeys.length}`);
  const window = windowOf(result, rekey);
  const lanes = (side: Side, top: number): string => peerLanes(result.lanes[side], side, top, window);
  const slots = result.lanes.initiator[0]?.slots.length ?? 2;
  const laneHeight = slots * 2 * (LANE + LANE_GAP) + 14;
  const networkTop = AXIS + laneHeight;
  const height = networkTop + NETWORK + laneHeight + 56;
  const span = WIDTH - LEFT - RIGHT;
  const frames = result.frames
    .filter((frame) => (frame.arrivedAtNs ?? frame.sentAtNs) >= window.from && frame.sentAtNs <= window.to)
    .map((frame) => frameArrow(frame, rekey, networkTop + 6, networkTop + NETWORK - 6, window));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="rekey ${rekey.number}: ${escapeXml(rekey.fromKeyId)} to ${escapeXml(rekey.toKeyId)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    axis(window, height - 40),
    markers(result, rekey, window, height - 52),
    lanes('initiator', AXIS),
    `<text x="8" y="${networkTop + NETWORK / 2}" fill="#333">network</text>`,
    // an inner svg cuts off what began before the window or ends after it
    `<svg x="${LEFT}" y="${networkTop}" width="${span}" height="${NETWORK}" viewBox="${LEFT} ${networkTop} ${span} ${NETWORK}">`,
    ...frames,
    '</svg>',
    lanes('follower', networkTop + NETWORK + 8),
    legend(height - 14),
    '</svg>',
  ].join('\n');
}

function windowOf(result: SimulationResult, rekey: RekeyRecord): Window {
  const steps = Object.values(rekey.steps).flatMap((cycles) => cycles ?? []);
  const length = Math.max(1, ...steps) * result.cycleNs;
  const from = Math.max(0, rekey.announcedAtNs - 0.12 * length);
  const to = rekey.announcedAtNs + 1.05 * length;
  return { from, to, x: (ns) => round(LEFT + ((ns - from) / (to - from)) * (WIDTH - LEFT - RIGHT)) };
}

function axis(window: Window, bottom: number): string {
  const span = (window.to - window.from) / 1000;
  const step = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000].find((candidate) => span / candidate <= 12) ?? 10000;
  const ticks: string[] = [];
  for (let at = Math.ceil(window.from / 1000 / step) * step; at <= window.to / 1000; at += step) {
    const x = window.x(at * 1000);
    ticks.push(
      `<line x1="${x}" y1="18" x2="${x}" y2="${bottom}" stroke="#eef0f2"/><text x="${x}" y="13" text-anchor="middle" fill="#666">${round(at)} µs</text>`,
    );
  }
  return ticks.join('');
}

/** Both views of every slot of a peer, as bars. */
function peerLanes(moments: readonly SlotMoment[], side: Side, top: number, window: Window): string {
  const slots = moments[0]?.slots.length ?? 0;
  const parts = [`<text x="8" y="${top + 14}" font-weight="600" fill="#111">${side}</text>`];
  for (let slot = 0; slot < slots; slot++) {
    for (const [row, view] of (['provider', 'consumer'] as const).entries()) {
      const y = top + (2 * slot + row) * (LANE + LANE_GAP);
      parts.push(`<text x="${LEFT - 6}" y="${y + 14}" text-anchor="end" fill="#444">${slotName(slot)} ${view}</text>`);
      for (const { from, to, state, keyId } of bars(moments, slot, view, window.to)) {
        if (to <= window.from || from >= window.to) continue;
        const x = window.x(Math.max(from, window.from));
        const width = round(window.x(Math.min(to, window.to)) - x);
        const label =
          state === 'U' || keyId === null || width < 28
            ? ''
            : `<text x="${x + 4}" y="${y + 14}" fill="${state === 'A' ? '#fff' : '#222'}">${escapeXml(keyId)}${width > 90 ? ` ${STATE_NAME[state] ?? ''}` : ''}</text>`;
        parts.push(
          `<rect x="${x}" y="${y}" width="${Math.max(width, 0.5)}" height="${LANE}" fill="${STATE_COLOUR[state] ?? '#fff'}"><title>${STATE_NAME[state] ?? ''} ${escapeXml(keyId ?? '')}</title></rect>${label}`,
        );
      }
    }
  }
  return parts.join('\n');
}

/** The states of one view of a slot, each from its beginning to its end. */
function bars(moments: readonly SlotMoment[], slot: number, view: 'provider' | 'consumer', end: number) {
  const list: { from: number; to: number; state: string; keyId: string | null }[] = [];
  for (const moment of moments) {
    const { [view]: state = 'U', keyId = null } = moment.slots[slot] ?? {};
    const last = list.at(-1);
    if (last?.state === state && last.keyId === keyId) continue;
    if (last !== undefined) last.to = moment.atNs;
    list.push({ from: moment.atNs, to: end, state, keyId });
  }
  return list;
}

function frameArrow(frame: FrameRecord, rekey: RekeyRecord, top: number, bottom: number, window: Window): string {
  const attack = ATTACKS.some((kind) => kind === frame.fate);
  const colour = attack || frame.fate === 'undecryptable' ? BAD : frame.currentKeyId === wire(rekey.toKeyId) ? NEW_KEY : OLD_KEY;
  const [start, end] = frame.from === 'initiator' ? [top, bottom] : [bottom, top];
  const x1 = window.x(frame.sentAtNs);
  const title = `${frame.from} to ${frame.to}: current ${frame.currentKeyId}, next ${frame.nextKeyId}, ${frame.fate}`;
  const dash = attack ? ' stroke-dasharray="5 3"' : frame.fate === 'stale' || frame.fate === 'duplicate' ? ' stroke-dasharray="2 3"' : '';
  const announcing = frame.currentKeyId !== frame.nextKeyId ? 2.2 : 1.2;
  if (frame.arrivedAtNs === null) {
    const middle = (start + end) / 2;
    const x = x1 + 6;
    const cross = `<path d="M${x - 4} ${middle - 4}l8 8m0 -8l-8 8" stroke="${LOST}" stroke-width="1.6"/>`;
    return `<g><title>${escapeXml(title)}</title><line x1="${x1}" y1="${start}" x2="${x}" y2="${middle}" stroke="${colour}" stroke-width="${announcing}"/>${cross}</g>`;
  }
  const x2 = window.x(frame.arrivedAtNs);
  const tip = end > start ? -7 : 7;
  return `<g><title>${escapeXml(title)}</title><line x1="${x1}" y1="${start}" x2="${x2}" y2="${end}" stroke="${colour}" stroke-width="${announcing}"${dash}/><path d="M${x2} ${end}l-3.5 ${tip}h7z" fill="${colour}"/></g>`;
}

/** The moments that make the rekey, numbered as in the legend of the table. */
function markers(result: SimulationResult, rekey: RekeyRecord, window: Window, bottom: number): string {
  const { steps } = rekey;
  const moments: readonly (readonly [string, number | null])[] = [
    ['announced', 0],
    ['follower ready', steps.followerInstalled],
    ['initiator sends new key', steps.initiatorProviderSwitch],
    ['follower switched', steps.followerSwitch],
    ['initiator switched', steps.initiatorConsumerSwitch],
    ['old key gone', steps.followerTimeout],
    ['old key gone', steps.initiatorTimeout],
  ];
  return moments
    .flatMap(([label, cycles], index) => {
      if (cycles === null) return [];
      const x = window.x(rekey.announcedAtNs + cycles * result.cycleNs);
      return [
        `<line x1="${x}" y1="32" x2="${x}" y2="${bottom}" stroke="#999" stroke-dasharray="3 3"/><circle cx="${x}" cy="26" r="7" fill="#333"/><text x="${x}" y="30" text-anchor="middle" fill="#fff" font-size="10">${index + 1}<title>${label}</title></text>`,
      ];
    })
    .join('');
}

function legend(y: number): string {
  const parts: string[] = [];
  let x = 8;
  const add = (sample: string, label: string): void => {
    parts.push(`<g transform="translate(${x} ${y})">${sample}<text x="20" y="0" fill="#333" font-size="11">${label}</text></g>`);
    x += 34 + label.length * 6.1;
  };
  for (const [state, colour] of Object.entries(STATE_COLOUR))
    add(`<rect y="-10" width="14" height="12" fill="${colour}"/>`, STATE_NAME[state] ?? '');
  const line = (colour: string, extra = ''): string => `<line x1="0" y1="-4" x2="15" y2="-4" stroke="${colour}" stroke-width="2"${extra}/>`;
  add(line(OLD_KEY), 'old key');
  add(line(NEW_KEY), 'new key');
  add(line(BAD, ' stroke-dasharray="5 3"'), 'attack');
  add(line(OLD_KEY, ' stroke-dasharray="2 3"'), 'dropped');
  add(`<path d="M3 -8l8 8m0 -8l-8 8" stroke="${LOST}" stroke-width="1.6"/>`, 'lost');
  parts.push(
    `<text x="8" y="${y - 20}" fill="#333" font-size="11">1 announced · 2 follower has the key, signals ready · 3 initiator sends under it · 4 follower switched · 5 initiator switched · 6, 7 old key erased. Thick: nextKeyId differs. A, B: key slots.</text>`,
  );
  return parts.join('');
}

/** The wire form of a KeyId written out. */
function wire(keyId: string): string {
  return keyId
    .split('|')
    .map((index) => String(Number(index) % 4))
    .join('|');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
