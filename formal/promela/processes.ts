/** Who acts in the Promela model: time and the channel, the peers' software, the attacker, the power switch. */
import type { Role, RuleSwitch } from '../../spec/peer-rules.ts';
import { type Config, delayTo, otherOf, ROLES } from '../explore/world.ts';

/** A configuration in the words of the templates. */
export interface Texts {
  /** indices of a peer's slots in the arrays */
  readonly slots: (role: Role) => readonly number[];
  readonly peer: Readonly<Record<Role, number>>;
  readonly total: number;
  readonly any: (role: Role, condition: (slot: number) => string) => string;
  readonly each: (role: Role, statement: (slot: number) => string) => string;
  readonly first: (role: Role, condition: (slot: number) => string) => string;
  readonly without: (role: Role, rule: RuleSwitch) => boolean;
  /** frames that a provider may send in a tick */
  readonly frames: number;
  readonly replay: boolean;
  readonly cancels: boolean;
  /** a frame that another one has overtaken is not fresh */
  readonly ordered: boolean;
  /** counters of the windows by which late frames are delivered; undefined where delivery is not looked at */
  readonly window: number | undefined;
}

const CHANNEL = { follower: 'toFollower', initiator: 'toInitiator' } as const;

function process(name: string, steps: readonly string[]): string {
  if (steps.length === 0) return '';
  return `proctype ${name}() {\n  do\n${steps.map((step) => `  :: d_step { ${step} }`).join('\n')}\n  od\n}`;
}

export function channelProcesses(config: Config, texts: Texts): string {
  const { slots, first, frames, replay, each, ordered, peer, window } = texts;
  const deliver = (to: Role, index: number): string =>
    `${CHANNEL[to]}[${index}] != NOFRAME -> receive_${to}(${CHANNEL[to]}[${index}], ${Math.floor(index / frames)}); ${noted(to, index)}${burst(config, texts, to)}check()`;
  /** a frame whose payload was delivered, or was once more */
  const noted = (to: Role, index: number): string =>
    window === undefined
      ? ''
      : `if :: taken -> repeated = repeated | ${CHANNEL[to]}Got[${index}]; ${CHANNEL[to]}Got[${index}] = 1 :: else fi; `;
  const indices = (to: Role, from: number, end: number): string[] =>
    Array.from({ length: (end - from) * frames }, (_, index) => deliver(to, from * frames + index));
  const late = ROLES.flatMap((to) => indices(to, 1, delayTo(to, config) + 1));
  const shiftChannel = (to: Role): string => {
    const last = (delayTo(to, config) + 1) * frames - 1;
    return Array.from({ length: last + 1 - frames }, (_, index) =>
      [CHANNEL[to], ...(window === undefined ? [] : [`${CHANNEL[to]}Got`])]
        .map((name) => `${name}[${last - index}] = ${name}[${last - index - frames}];`)
        .join(' '),
    ).join(' ');
  };
  const send = (from: Role): string => {
    const to = otherOf(from);
    const clear = Array.from({ length: frames }, (_, index) => emptied(to, index, texts)).join(' ');
    return `${shiftChannel(to)} ${clear} frame_of_${from}(); if :: frame != NOFRAME -> ${CHANNEL[to]}[0] = frame; remember_${to}() :: else fi`;
  };
  const helpers = ROLES.map((role) => {
    const active = first(role, (slot) => `provider[${slot}] == ACTIVE`);
    const pending = first(role, (slot) => `provider[${slot}] == PENDING`);
    const record = (slot: number): string =>
      `if :: key[${slot}] == frame/256 -> sent[${slot}] = sent[${slot}] | (1 << (frame%16)) :: else fi;`;
    return `inline frame_of_${role}() {
  found = ${active}; other = ${pending};
  if
  :: found == NONE -> frame = NOFRAME
  :: else -> frame = FRAME(key[found], keyId[found], (other == NONE -> keyId[found] : keyId[other]))
  fi
}
inline remember_${role}() {
  ${replay ? each(role, record) : ''} skip
}`;
  });
  const overdue = ROLES.flatMap((role) => slots(role).map((slot) => `if :: due[${slot}] > 0 -> due[${slot}]-- :: else fi;`)).join(' ');
  const aged = (role: Role): string => `if :: heard[${peer[role]}] <= ${delayTo(role, config)} -> heard[${peer[role]}]++ :: else fi;`;
  const olderIn = (to: Role): string =>
    slots(to)
      .map((slot) => `got[${slot}] = (got[${slot}] << 1) & ${2 ** (delayTo(to, config) + 1) - 1};`)
      .join(' ');
  const ages = window !== undefined ? ROLES.map(olderIn).join(' ') : ordered ? ROLES.map(aged).join(' ') : '';
  const sends = `inline send() {
  ${send('initiator')};
  ${send('follower')}
}`;
  return [
    ...helpers,
    sends,
    process('Time', [`elapse_initiator(); elapse_follower(); ${overdue} ${ages} send(); check()`]),
    process('ToFollower', indices('follower', 0, 1)),
    process('ToInitiator', indices('initiator', 0, 1)),
    process('LateFrames', late),
    process('Attacker', attacks(config, texts)),
  ]
    .filter((text) => text !== '')
    .join('\n');

  function attacks({ attacks: kinds }: Config, { without }: Texts): string[] {
    const onSlots = (make: (role: Role, slot: number) => string[]): string[] =>
      ROLES.flatMap((role) => slots(role).flatMap((slot) => make(role, slot)));
    const held = (slot: number): string => `keyId[${slot}] != NONE && key[${slot}] != NOKEY && consumer[${slot}] != UNUSED`;
    // under a key the other peer announces that key itself, or one of its two successors
    const replays = onSlots((role, slot) =>
      [`keyId[${slot}]`, `NEXT0(keyId[${slot}])`, `NEXTN(keyId[${slot}])`].map(
        (next) =>
          `${held(slot)} && (sent[${slot}] & (1 << (${next}))) -> opened_${role}(${slot}, ${next}, ${config.acceptsLate === true}); ${burst(config, texts, role)}check()`,
      ),
    );
    const forgeries = onSlots((role, slot) => [
      `${held(slot)} -> ${without(role, 'M1') ? `${window === undefined ? '' : `got[${slot}] = 255; `}opened_${role}(${slot}, keyId[${slot}], FRESH(${slot})); ${burst(config, texts, role)}` : ''}check()`,
    ]);
    const reflections = config.without.has('M11')
      ? ROLES.map(
          (role) =>
            `${CHANNEL[otherOf(role)]}[0] != NOFRAME -> receive_${role}(${CHANNEL[otherOf(role)]}[0], 0); ${burst(config, texts, role)}check()`,
        )
      : [];
    return [
      ...(kinds.includes('replay') ? replays : []),
      ...(kinds.includes('forge') ? forgeries : []),
      ...(kinds.includes('reflect') ? reflections : []),
    ];
  }
}

/** Nothing is in that place of a channel. */
function emptied(to: Role, index: number, { window }: Texts): string {
  return `${CHANNEL[to]}[${index}] = NOFRAME;${window === undefined ? '' : ` ${CHANNEL[to]}Got[${index}] = 0;`}`;
}

/** With bursts a provider that switches sends at once: its Active slot is noted before, and compared after. */
function burst(config: Config, { peer }: Texts, role: Role): string {
  if (config.burst !== true) return '';
  const to = CHANNEL[otherOf(role)];
  return `frame_of_${role}(); if :: frame != NOFRAME && found != switched[${peer[role]}] -> ${to}[1] = frame; remember_${otherOf(role)}() :: else fi; switched[${peer[role]}] = found; `;
}

export function rekeyProcesses(config: Config, texts: Texts): string {
  const { any, each, first, without, replay, cancels, window } = texts;
  const target = (role: Role): string => {
    const free = (slot: number): string =>
      `(provider[${slot}] == UNUSED && (consumer[${slot}] == UNUSED${without(role, 'M3') ? ` || consumer[${slot}] == OBSOLETE` : ''}))`;
    const pendingProvider = first(role, (slot) => `provider[${slot}] == PENDING`);
    const pendingConsumer = any(role, (slot) => `consumer[${slot}] == PENDING`);
    const late = without(role, 'M8') ? 'false' : pendingConsumer;
    return `(${pendingProvider} != NONE -> ${without(role, 'M4') ? pendingProvider : 'NONE'} : (${late} -> NONE : ${first(role, free)}))`;
  };
  const macros = ROLES.map((role) => {
    const held = any(role, (slot) => `(keyId[${slot}] == (k) && ${slot} != TARGET_${role})`);
    const early = without(role, role === 'initiator' ? 'M6' : 'M7');
    const demotion = without(role, 'M9: from the Switch')
      ? each(
          role,
          (slot) =>
            `if :: consumer[${slot}] == ACTIVE -> consumer[${slot}] = DEMOTE_TO; remaining[${slot}] = ${config.obsoleteTimeout[role]} :: else fi;`,
        )
      : '';
    const pushInto = (view: string): string =>
      `if :: ${any(role, (slot) => `${view}[${slot}] == PENDING`)} -> ${view}[slot] = PENDING
  :: else -> ${view}[slot] = (${any(role, (slot) => `${view}[${slot}] != UNUSED`)} -> PUSH_TO : PUSH_FIRST_TO) fi`;
    const isWithdrawn = cancels && role === 'initiator' && !without(role, 'M12: KeyId not given again') ? ' && (k) != withdrawn' : '';
    return `#define TARGET_${role} ${target(role)}
#define CAN_PUSH_${role}(k) (TARGET_${role} != NONE${without(role, 'M3: KeyId held once') ? '' : ` && !${held}`}${isWithdrawn})
#define ACTIVE_${role} ${first(role, (slot) => `provider[${slot}] == ACTIVE`)}
inline push_${role}(newKeyId, newKey) {
  found = newKeyId; other = newKey; slot = TARGET_${role};
  provider[slot] = UNUSED; consumer[slot] = UNUSED; remaining[slot] = 0; ${replay ? 'sent[slot] = 0;' : ''} ${window === undefined ? '' : 'got[slot] = 0;'}
  ${demotion}
  ${pushInto('provider')};
  ${pushInto('consumer')};
  keyId[slot] = found; key[slot] = other; installed_${role}(other); ${role === 'follower' ? 'request = NONE;' : ''}
  ${early ? `if :: provider[slot] == PENDING -> switch_provider_${role}(slot) :: else fi;` : ''}
  ${burst(config, texts, role)}skip
}`;
  });
  const own = (role: Role): string => `keyId[ACTIVE_${role}]`;
  const key = (role: Role): string => `key[ACTIVE_${role}]`;
  const agreed = cancels ? '(committed == 0 || withdrawn != NONE)' : 'committed == 0';
  const free = `connected && running == 0 && ${agreed} && TARGET_initiator != NONE && ACTIVE_initiator != NONE`;
  const mayAgree = cancels ? ` && (withdrawn == NONE || (committed == 0 && CAN_PUSH_initiator(NEXTN(${own('initiator')}))))` : '';
  const attempt = cancels ? '(withdrawnKey%4 == 1 -> 2 : 1)' : '1';
  const both = first('initiator', (slot) => `(provider[${slot}] == PENDING && consumer[${slot}] == PENDING)`);
  const mayCancel = without('initiator', 'M12: one withdrawal') ? '' : ' && withdrawn == NONE';
  const starts = [
    ...(config.kinds.includes('0-RTT')
      ? [
          `${free} && CAN_PUSH_initiator(NEXT0(${own('initiator')})) -> push_initiator(NEXT0(${own('initiator')}), DERIVED(${own('initiator')}, ${key('initiator')})); check()`,
        ]
      : []),
    ...(config.kinds.includes('n-RTT') ? [`${free}${mayAgree} -> running = ${attempt}; check()`] : []),
    ...(cancels
      ? [
          `connected && ${both} != NONE${mayCancel} -> found = ${both}; withdrawn = keyId[found]; withdrawnKey = key[found]; withdraw_initiator(found); check()`,
        ]
      : []),
  ];
  const agreement = config.kinds.includes('n-RTT')
    ? [
        `connected && running != 0 && CAN_PUSH_initiator(NEXTN(${own('initiator')})) -> push_initiator(NEXTN(${own('initiator')}), NEXTKEY(${key('initiator')}, running)); committed = running; running = 0; confirmed = 0; check()`,
        ...(config.agreementFails === true
          ? [
              'connected && running != 0 -> running = 3 - running; check()',
              'connected && running != 0 -> running = 0; candidate = 0; check()',
            ]
          : []),
        ...(without('initiator', 'M10') ? ['connected && running != 0 && candidate == 0 -> candidate = running; check()'] : []),
      ]
    : [];
  const givenUp = cancels
    ? [
        `connected && committed != 0 && !${any('initiator', (slot) => `provider[${slot}] == PENDING`)} -> committed = 0; confirmed = 0; check()`,
      ]
    : [];
  const confirmation = config.kinds.includes('n-RTT')
    ? ['connected && committed != 0 && !confirmed -> confirmed = 1; check()', ...givenUp]
    : [];
  const noCandidate = without('follower', 'M10') ? 'candidate == 0 && ' : '';
  const derive = without('follower', 'M5')
    ? `request != NONE && request != NEXTN(${own('follower')})`
    : `request != NONE && request == NEXT0(${own('follower')})`;
  const follower = [
    `connected && ${noCandidate}${derive} && CAN_PUSH_follower(NEXT0(${own('follower')})) -> push_follower(NEXT0(${own('follower')}), DERIVED(${own('follower')}, ${key('follower')})); check()`,
    `connected && ${noCandidate}request != NONE && request == NEXTN(${own('follower')}) && request != NEXT0(${own('follower')}) && committed != 0 && confirmed && CAN_PUSH_follower(NEXTN(${own('follower')})) -> push_follower(NEXTN(${own('follower')}), NEXTKEY(${key('follower')}, committed)); running = 0; committed = 0; confirmed = 0; candidate = 0; check()`,
    ...(without('follower', 'M10')
      ? [
          `connected && candidate != 0 && CAN_PUSH_follower(NEXTN(${own('follower')})) -> push_follower(NEXTN(${own('follower')}), NEXTKEY(${key('follower')}, candidate)); candidate = 0; check()`,
        ]
      : []),
  ];
  return [
    ...macros,
    process('Initiator', starts),
    process('Agreement', agreement),
    process('Confirmation', confirmation),
    process('Follower', follower),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

export function worldProcesses(config: Config, texts: Texts): string {
  const { total, frames, ordered, peer } = texts;
  const clear = (to: Role): string => {
    const length = (delayTo(to, config) + 1) * frames;
    const unheard = ordered ? ` heard[${peer[to]}] = ${delayTo(to, config) + 1};` : '';
    return Array.from({ length }, (_, index) => emptied(to, index, texts)).join(' ') + unheard;
  };
  const forget = 'request = NONE; running = 0; committed = 0; confirmed = 0; candidate = 0';
  const connect = (key: string): string =>
    `${forget}; ${clear('follower')} ${clear('initiator')} found = ${key}; first_key_initiator(found); first_key_follower(found); connected = 1; send()`;
  const newest = '(AHEAD(newest[1], newest[0]) < GENERATIONS/2 -> newest[1] : newest[0])';
  const anew = connect(config.without.has('M11: new keys after a restart') ? newest : `NEXTKEY(${newest}, 0)`);
  const isEmpty = (role: Role): string => `ACTIVE_${role} == NONE`;
  const power = ROLES.map((role) => {
    const lost = role === 'follower' ? 'request = NONE; ' : '';
    return `connected -> empty_${role}(); ${lost}connected = 0; running = 0; committed = 0; confirmed = 0; candidate = 0; check()`;
  });
  const connection = [
    `!connected && ${isEmpty('initiator')} && ${isEmpty('follower')} -> ${anew}; check()`,
    ...ROLES.map(
      (role) =>
        `!connected && !(${isEmpty(role)}) -> empty_${role}(); ${role === 'follower' ? 'request = NONE; ' : ''}${clear('follower')} ${clear('initiator')} check()`,
    ),
  ];
  const restarts = config.restarts === true ? [process('Power', power), process('Connection', connection)] : [];
  const started = [
    'Time',
    'ToFollower',
    'ToInitiator',
    ...(config.delay.toFollower + config.delay.toInitiator > 0 ? ['LateFrames'] : []),
    ...(attackerActs(config) ? ['Attacker'] : []),
    'Initiator',
    ...(config.kinds.includes('n-RTT') ? ['Agreement', 'Confirmation'] : []),
    'Follower',
    ...(config.restarts === true ? ['Power', 'Connection'] : []),
  ];
  const slots = Array.from({ length: total }, (_, slot) => `keyId[${slot}] = NONE; key[${slot}] = NOKEY;`).join(' ');
  return [
    ...restarts,
    `init {
  d_step { ${slots} ${connect('0')}${config.burst === true ? '; switched[0] = ACTIVE_initiator; switched[1] = ACTIVE_follower' : ''}; check() };
  atomic { ${started.map((name) => `run ${name}()`).join('; ')} }
}`,
  ].join('\n');
}

function attackerActs({ attacks, without }: Config): boolean {
  return attacks.includes('replay') || attacks.includes('forge') || (attacks.includes('reflect') && without.has('M11'));
}
