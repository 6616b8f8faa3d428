/** `docs/protocol.md`: states, rules, counterexamples, inequalities and limits, from the tables that the code runs on. */
import { engineLimits } from '../../spec/aead-limits.ts';
import { RULES, type Rule, type RuleId } from '../../spec/rules.ts';
import {
  allViews,
  formatView,
  isAllowed,
  isLegalView,
  SLOT_TRANSITIONS,
  slotName,
  stepView,
  type View,
  viewEvents,
} from '../../spec/slot-machine.ts';
import { INEQUALITIES } from '../../spec/timing.ts';
import { breaking, NAIVE, type Naive } from '../explore/configurations.ts';
import { PROPERTIES } from '../explore/properties.ts';
import { EVENT_TEXT } from './state-diagram.ts';

const KEPT_BY: Readonly<Record<Rule['keptBy'], string>> = {
  peer: '`step` in `spec/peer-rules.ts`',
  delivery: '`verdictOn` in `spec/delivery.ts`',
  agreement: 'the key agreement',
  keys: 'the key schedule',
};

const SYMBOLS: readonly (readonly [string, string])[] = [
  ['t_s', 'time between two frames of one provider, at least and at most'],
  ['d, D', 'time that a frame is under way, at least and at most'],
  ['T_obs', 'time that a key stays Obsolete in the consumer view, here and at the peer'],
  ['rho', 'error of the clock that times it'],
  ['L', 'frames that may be lost in a row'],
  ['t_key', 'longest time to derive a key and push it'],
  ['t_settle', 'longest time from the announcement of a rekey to the last of its four switches, the left side of E3'],
  ['t_alarm', 'time after which an unfinished rekey is reported'],
  ['t_rekey', 'shortest time under one key before the next rekey is triggered'],
  ['N_trigger, N_max', 'frames under one key that trigger a rekey, and that it may protect at most'],
  ['k', 'bits of one index of a KeyId on the wire: 2'],
];

/** C_SDU octets and margins of the table of AEAD limits; 57 is that of TLS 1.3, 60 that of DTLS 1.3 and QUIC. */
const SIZES = [40, 256, 1440] as const;
const MARGINS = [57, 60] as const;
/** Shortest cycle of PROFINET, and its usual one, in µs. */
const CYCLES = [31.25, 1000] as const;

export function protocolPage(): string {
  return [
    '# The protocol',
    '',
    'Seamless rekeying as it is built here: the mechanism of the paper *A Mechanism for Seamless Cryptographic Rekeying in',
    'Real-Time Communication Systems* (Bühler, Walz, Sikora), and what completes it. This page and its pictures are made from',
    '`spec/` and `formal/` by `formal/docs/`; `npx vitest run test/formal/docs -u` renews them.',
    '',
    ...states(),
    ...rules(),
    ...timing(),
    ...limits(),
  ].join('\n');
}

function states(): readonly string[] {
  return [
    '## States of a key slot',
    '',
    'Each peer has two or more slots for keys, and looks at them twice: its provider (which sends) and its consumer (which',
    'receives) each have a view of their own on every slot.',
    '',
    '![States of a key slot and the transitions between them](slot-states.svg)',
    '',
    ...table(
      ['from', 'event', 'to', 'when'],
      SLOT_TRANSITIONS.map(({ from, event, to }) => [from, `\`${event}\``, to, EVENT_TEXT[event]]),
    ),
    '',
    'A view is legal when every slot is Unused, or one is Active and at most one Pending. From nothing but the table, every',
    'legal view can be reached and no other.',
    '',
    ...table(
      ['slots', 'combinations', 'legal', 'reached'],
      [2, 3, 4].map((slots) => [slots, 4 ** slots, allViews(slots).filter(isLegalView).length, reachable(slots).length].map(String)),
    ),
    '',
    'The seven views of two slots (paper, Fig. 5), slot A first, and where they lead in a consumer that keeps Obsolete keys:',
    '',
    ...table(
      ['view', 'leads to'],
      reachable(2).map((view) => [
        `**${formatView(view)}**`,
        viewEvents(2)
          .filter((event) => isAllowed(view, event))
          .map((event) => `${event.kind} ${slotName(event.slot)} → ${formatView(stepView(view, event, true))}`)
          .join(', '),
      ]),
    ),
    '',
  ];
}

/** The views that events lead to from no key at all, nearest first. */
function reachable(slots: number): readonly View[] {
  const found = new Map<string, View>();
  const queue: View[] = [Array.from({ length: slots }, () => 'Unused' as const)];
  for (const view of queue) {
    if (found.has(formatView(view))) continue;
    found.set(formatView(view), view);
    queue.push(
      ...viewEvents(slots)
        .filter((event) => isAllowed(view, event))
        .map((event) => stepView(view, event, true)),
    );
  }
  return [...found.values()];
}

function rules(): readonly string[] {
  const prevented = new Set(Object.values(RULES).flatMap(({ prevents }) => prevents));
  const others = NAIVE.filter(({ id }) => !prevented.has(id));
  return [
    '## Rules',
    '',
    'The paper leaves decisions open, and each of these rules settles one. A picture is a shortest way to break a property',
    'without the rule, found by trying every way (`npx tsx formal/explore/prove-protocol.ts`). Time runs downward in ticks of one',
    'send interval; where a tick begins each peer sends a frame, which may be lost, or late, or arrive twice.',
    '',
    ...table(
      ['property', 'what must hold', 'broken by'],
      Object.entries(PROPERTIES).map(([id, text]) => [id, text, breakers(id).join(', ')]),
    ),
    '',
    ...Object.values(RULES).flatMap(rule),
    ...(others.length === 0 ? [] : ['### Other readings that break', '', ...others.flatMap(picture)]),
  ];
}

function breakers(property: string): readonly string[] {
  return NAIVE.flatMap(breaking)
    .filter(({ breaks }) => breaks === property)
    .map(({ id }) => id);
}

function rule({ id, title, text, source, prevents, keptBy }: Rule): readonly string[] {
  return [
    `### ${id}: ${title}`,
    '',
    text,
    '',
    `*Source*: ${source}. *Kept by* ${KEPT_BY[keptBy]}. *Prevents* ${prevents.map((name) => mention(name, id)).join(', ')}.`,
    '',
    ...NAIVE.filter((naive) => prevents.includes(naive.id) && drawnUnder(naive.id) === id).flatMap(picture),
  ];
}

/** The first rule that prevents it: a counterexample of two rules is drawn once. */
function drawnUnder(name: string): RuleId | undefined {
  return Object.values(RULES).find(({ prevents }) => prevents.includes(name))?.id;
}

function mention(name: string, here: RuleId): string {
  if (!NAIVE.some(({ id }) => id === name)) return `${name} (no run of this explorer, so no picture)`;
  const rule = drawnUnder(name);
  return rule === here ? name : `${name} (drawn under ${rule})`;
}

function picture({ id, reading, breaks }: Naive): readonly string[] {
  return [`![${id}: ${reading}; ${breaks} is violated](${chartFile(id)})`, ''];
}

/** Where the picture of a counterexample is, from the page. */
export function chartFile(id: Naive['id']): string {
  return `counterexamples/${id.toLowerCase()}.svg`;
}

function timing(): readonly string[] {
  return [
    '## Timing',
    '',
    'With the rules, a configuration is seamless when these hold. `npx keyturn limits` prints them with the numbers of a',
    'configuration, and what would mend one that breaks.',
    '',
    ...table(
      ['', 'inequality', 'meaning', 'counts', 'if it breaks'],
      INEQUALITIES.map(({ id, formula, text, unit, whenBroken }) => [
        id,
        `\`${formula}\``,
        text,
        unit,
        whenBroken === 'unsafe' ? 'not seamless' : 'safe, but rekeys wait',
      ]),
    ),
    '',
    ...table(
      ['symbol', ''],
      SYMBOLS.map(([symbol, meaning]) => [`\`${symbol}\``, meaning]),
    ),
    '',
  ];
}

function limits(): readonly string[] {
  const rows = SIZES.flatMap((cSduOctets) =>
    MARGINS.flatMap((margin) =>
      engineLimits({ cSduOctets }, margin)
        .filter(({ engine }) => engine !== 'xor')
        .map(({ engine, protection, frames, boundBy }) => [
          `${engine}, ${protection}`,
          String(cSduOctets),
          `2^-${margin}`,
          `2^${Math.log2(frames).toFixed(2)}`,
          boundBy,
          ...CYCLES.map((cycle) => hours(frames * cycle)),
        ]),
    ),
  );
  return [
    '## AEAD limits',
    '',
    'How many frames one key may protect (draft-irtf-cfrg-aead-limits, section 5.1), with the advantage that an attacker may',
    'have against confidentiality; the 32-bit counter of a key never wraps (SP 800-38D, section 8.3). The engine `xor` protects',
    'nothing and has no limit but the counter.',
    '',
    ...table(['engine', 'octets of C_SDU', 'advantage', 'frames', 'ended by', ...CYCLES.map((cycle) => `at ${cycle} µs`)], rows),
    '',
  ];
}

function hours(us: number): string {
  return `${(us / 3600e6).toFixed(1)} h`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)];
}
