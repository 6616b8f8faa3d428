import { AEAD_ENGINES } from '../spec/aead-engines.ts';
import type { RelationConfiguration } from '../spec/configuration.ts';
import type { Delivery } from '../spec/delivery.ts';
import { REGISTERS } from '../spec/registers.ts';
import { constantWordOf } from './register-word.ts';

/** What a peer is generated for. */
export interface PeerOptions {
  readonly role: 'initiator' | 'follower';
  /** key slots, 2 to 4 */
  readonly slots: number;
  /** AEAD engine; default `xor`, which protects nothing */
  readonly engine?: RelationConfiguration['engine'];
  /** late frames can be delivered, where software wants them (`deliverLate`); default false */
  readonly windows?: boolean;
  /** what the `buildId` register reads, 32 bits; default 0 */
  readonly buildId?: number;
}

/** What hardware has to have for a delivery; what it doesn't need it is generated without. */
export function windowsFor(delivery: Delivery): Pick<PeerOptions, 'windows'> {
  return delivery === 'window' ? { windows: true } : {};
}

/** Two variants of one module need two names. */
export function variantName(base: string, { role, slots }: PeerOptions): string {
  return `${base}_${role}_${slots}`;
}

/** The same for a module that is another with many relations than with one. */
export function relationsName(base: string, relations: number): string {
  return relations === 1 ? base : `${base}_of_${relations}`;
}

/** The same for a module that is another with windows of delivery. */
export function windowsVariantName(base: string, options: PeerOptions): string {
  return options.windows === true ? `${variantName(base, options)}_windows` : variantName(base, options);
}

/** The same for a module that is another with each engine. */
export function engineVariantName(base: string, options: PeerOptions): string {
  const engine: string = options.engine ?? 'xor';
  const name = windowsVariantName(base, options);
  return engine === 'xor' ? name : `${name}_${engine.replaceAll('-', '_')}`;
}

/** What the register `capabilities` reads. */
export function capabilitiesOf({ role, slots, engine = 'xor', windows = false }: PeerOptions, relations: number): number {
  const { number, insecure } = AEAD_ENGINES[engine];
  return constantWordOf(REGISTERS.capabilities, {
    slots,
    follower: role === 'follower' ? 1 : 0,
    engine: number,
    insecure: insecure ? 1 : 0,
    windows: windows ? 1 : 0,
    moreRelations: relations - 1,
  });
}
