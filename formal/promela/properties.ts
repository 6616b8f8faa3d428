/** The properties S1 to S5 and S7 as assertions that carry their names, and what L1 speaks of. */
import type { Role } from '../../spec/peer-rules.ts';
import { type Config, ROLES } from '../explore/world.ts';
import type { Texts } from './processes.ts';

/** One variable each, so that an assertion that fails says which property it is. */
export const PROPERTY_NAMES = ['S1', 'S2', 'S3', 'S4', 'S5', 'S7'] as const;

/** @param only the one property to assert, where it is expected to break and others may break with it */
export function properties(config: Config, texts: Texts, only: string | undefined): string {
  const { slots, any, without, frames } = texts;
  const opens = (role: Role): string =>
    `#define OPENS_${role}(s) (consumer[s] != UNUSED${without(role, 'M2') ? ' && consumer[s] != PENDING' : ''})`;
  const count = (view: string, role: Role, state: string): string =>
    slots(role)
      .map((slot) => `(${view}[${slot}] == ${state})`)
      .join(' + ');
  const views = ROLES.flatMap((role) => {
    const isEmpty = `(!connected && !${any(role, (slot) => `provider[${slot}] == ACTIVE`)})`;
    return ['provider', 'consumer'].map(
      (view) => `  S4 = (${count(view, role, 'ACTIVE')} == (${isEmpty} -> 0 : 1)); assert(S4);
  S3 = (${count(view, role, 'PENDING')} <= 1 && (${count(view, role, 'ACTIVE')} == 1 || ${slots(role)
    .map((slot) => `${view}[${slot}] == UNUSED`)
    .join(' && ')})); assert(S3);
  S3 = (${slots(role)
    .map((slot) => `(${view}[${slot}] == UNUSED || key[${slot}] != NOKEY)`)
    .join(' && ')}); assert(S3);`,
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
      return `  if :: ${name}[${index}] != NOFRAME -> S2 = (${matching} >= 1); assert(S2); S1 = (${matching} == 1 && ${right}); assert(S1) :: else fi;`;
    }).join('\n');
  };
  const known = (slot: number): string =>
    `((running != 0 && key[${slot}]%4 == running) || ${any('initiator', (held) => `key[${held}] == key[${slot}]`)})`;
  const agreed = slots('follower')
    .map((slot) => `((provider[${slot}] != PENDING && consumer[${slot}] != PENDING) || ${known(slot)})`)
    .join(' && ');
  const pending = ROLES.flatMap((role) => ['provider', 'consumer'].map((view) => `!${any(role, (slot) => `${view}[${slot}] == PENDING`)}`));
  const text = `${ROLES.map(opens).join('\n')}
#define FRESH(s) (${config.acceptsLate === true ? 'true' : 'consumer[s] != OBSOLETE'})
#define SETTLED (connected && committed == 0 && request == NONE && ${pending.join(' && ')})
${PROPERTY_NAMES.map((name) => `hidden byte ${name};`).join(' ')}
inline check() {
${views.join('\n')}
  if
  :: connected ->
${framesTo('follower')}
${framesTo('initiator')}
  S5 = (${agreed}); assert(S5)
  :: else
  fi;
  ${config.without.has('M11: absolute indices') ? 'S7 = (derived < INDICES); assert(S7);' : ''}
  canonise();
  i = 0 /* a d_step may not end in an if */
}`;
  return only === undefined ? text : text.replaceAll(/assert\((\w+)\)/g, (assertion, name) => (name === only ? assertion : 'skip'));
}
