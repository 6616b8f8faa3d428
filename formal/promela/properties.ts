/** The properties S1 to S9 as assertions that carry their names, and what L1 speaks of. */
import type { Role } from '../../spec/peer-rules.ts';
import { type Config, ROLES } from '../explore/world.ts';
import type { Texts } from './processes.ts';

/** One variable each, so that an assertion that fails says which property it is. */
export const PROPERTY_NAMES = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9'] as const;

/** @param only the one property to assert, where it is expected to break and others may break with it */
export function properties(config: Config, texts: Texts, only: string | undefined): string {
  const { slots, peer, any, first, without, frames } = texts;
  const opens = (role: Role): string =>
    `#define OPENS_${role}(s) (consumer[s] != UNUSED${without(role, 'M2') ? ' && consumer[s] != PENDING' : ''})`;
  const count = (view: string, role: Role, state: string): string =>
    slots(role)
      .map((slot) => `(${view}[${slot}] == ${state})`)
      .join(' + ');
  const claim = (name: (typeof PROPERTY_NAMES)[number], condition: string): string =>
    only === undefined || only === name ? `${name} = (${condition}); assert(${name});` : '';
  const views = ROLES.flatMap((role) => {
    const isEmpty = `(!connected && !${any(role, (slot) => `provider[${slot}] == ACTIVE`)})`;
    const every = (condition: (slot: number) => string): string => slots(role).map(condition).join(' && ');
    return ['provider', 'consumer'].map(
      (view) => `  ${claim('S4', `${count(view, role, 'ACTIVE')} == (${isEmpty} -> 0 : 1)`)}
  ${claim('S3', `${count(view, role, 'PENDING')} <= 1 && (${count(view, role, 'ACTIVE')} == 1 || ${every((slot) => `${view}[${slot}] == UNUSED`)})`)}
  ${claim(
    'S3',
    every((slot) => `(${view}[${slot}] == UNUSED || key[${slot}] != NOKEY)`),
  )}`,
    );
  });
  const framesTo = (role: Role): string => {
    const [name, delay] = role === 'follower' ? ['toFollower', config.delay.toFollower] : ['toInitiator', config.delay.toInitiator];
    const matches = (slot: number, index: number): string => `(OPENS_${role}(${slot}) && keyId[${slot}] == (${name}[${index}]/16)%16)`;
    return Array.from({ length: (delay + 1) * frames }, (_, index) => {
      const matching = slots(role)
        .map((slot) => matches(slot, index))
        .join(' + ');
      const right = any(role, (slot) => `(${matches(slot, index)} && key[${slot}] == ${name}[${index}]/256)`);
      const claims = `${claim('S2', `${matching} >= 1`)} ${claim('S1', `${matching} == 1 && ${right}`)}`;
      return `  if :: ${name}[${index}] != NOFRAME -> ${claims}${dropped(role, name, index)} skip :: else fi;`;
    }).join('\n');
  };
  /** a frame that was never delivered would be, now */
  const dropped = (role: Role, name: string, index: number): string => {
    if (config.window === undefined) return '';
    const age = Math.floor(index / frames);
    return slots(role)
      .map(
        (slot) =>
          ` if :: key[${slot}] == ${name}[${index}]/256 && consumer[${slot}] != UNUSED && !${name}Got[${index}] -> ${claim('S9', `TAKES(${slot}, ${age})`)} skip :: else fi;`,
      )
      .join('');
  };
  const withdrawn = (slot: number): string => (config.cancels === true ? `key[${slot}] == withdrawnKey || ` : '');
  const known = (slot: number): string =>
    `((running != 0 && key[${slot}]%4 == running) || ${withdrawn(slot)}${any('initiator', (held) => `key[${held}] == key[${slot}]`)})`;
  const agreed = slots('follower')
    .map((slot) => `((provider[${slot}] != PENDING && consumer[${slot}] != PENDING) || ${known(slot)})`)
    .join(' && ');
  const pending = ROLES.flatMap((role) => ['provider', 'consumer'].map((view) => `!${any(role, (slot) => `${view}[${slot}] == PENDING`)}`));
  // as long as it is to be Obsolete, counted from the move in which another key became the Active one
  const clock = (role: Role): string => `  found = ${first(role, (slot) => `consumer[${slot}] == ACTIVE`)};
  if
  :: found != lastActive[${peer[role]}] ->
    if :: lastActive[${peer[role]}] != NONE -> due[lastActive[${peer[role]}]] = ${config.obsoleteTimeout[role]} :: else fi;
    lastActive[${peer[role]}] = found
  :: else
  fi;`;
  const timely = ROLES.flatMap((role) => slots(role).map((slot) => `(consumer[${slot}] == OBSOLETE) == (due[${slot}] > 0)`)).join(' && ');
  return `${ROLES.map(opens).join('\n')}
#define FRESH(s) (${config.acceptsLate === true ? 'true' : 'consumer[s] != OBSOLETE'})
#define SETTLED (connected && committed == 0 && request == NONE && ${pending.join(' && ')})
${PROPERTY_NAMES.map((name) => `hidden byte ${name};`).join(' ')}
inline check() {
${ROLES.map(clock).join('\n')}
${views.join('\n')}
  if
  :: connected ->
${framesTo('follower')}
${framesTo('initiator')}
  ${claim('S5', agreed)}
  skip
  :: else
  fi;
  ${claim('S6', timely)}
  ${claim('S7', '!reused')}
  ${config.window === undefined ? '' : claim('S8', '!repeated')}
  canonise();
  i = 0 /* a d_step may not end in an if */
}`;
}
