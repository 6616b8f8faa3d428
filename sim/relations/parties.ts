/** Who is who: one controller and its devices, their addresses, FrameIDs and identities, each made of the seed and the number of the relation. */
import { Random } from '../../hdl-gen/sim/random.ts';
import { OTHER, type Side } from '../../judge/points.ts';
import type { Parties } from '../../sw/agreement/parties.ts';
import { type KeyPair, keyPairOf } from '../../sw/noise/diffie-hellman.ts';
import type { PeerSettings } from '../../sw/reference-model/peer.ts';
import type { SimulationOptions } from '../options.ts';

const CONTROLLER = Uint8Array.of(0x02, 0, 0, 0, 0, 0x01);
/** FrameIDs of RT_CLASS_1, which the consumer assigns: those of a device may be alike, those of the controller may not (IEC 61158-6-10). */
const FRAME_IDS = { ofDevices: 0x8000, ofController: 0x8100 } as const;
const SALTS = { controller: 0x63747231, device: 0x64657631, psk: 0x61737073 } as const;

export interface RelationIdentity {
  readonly parties: Readonly<Record<Side, Parties>>;
  /** the secret of the association, 32 octets */
  readonly psk: Uint8Array;
  readonly settings: Readonly<Record<Side, PeerSettings>>;
}

/** Everything random has a seed of its own. */
export function seedOf(seed: number, salt: number, relation = 0): number {
  return Math.imul(seed ^ salt, 0x9e3779b1) ^ Math.imul(relation + 1, 0x85ebca6b);
}

export function identitiesOf(options: SimulationOptions): readonly RelationIdentity[] {
  const controller = identity(options.seed, SALTS.controller);
  return Array.from({ length: options.relations }, (_, relation) => {
    const device = identity(options.seed, SALTS.device, relation);
    const keys = { initiator: controller, follower: device };
    const addresses = { initiator: CONTROLLER, follower: deviceAddress(relation) };
    const both = <T>(make: (side: Side) => T): Readonly<Record<Side, T>> => ({ initiator: make('initiator'), follower: make('follower') });
    return {
      psk: new Random(seedOf(options.seed, SALTS.psk, relation)).bytes(32),
      parties: both((side) => ({
        role: side,
        relation,
        initiatorAddress: addresses.initiator,
        followerAddress: addresses.follower,
        profile: options.profile,
        engine: options.engine,
        agreement: options.agreement,
        staticKeys: keys[side],
        remoteStatic: keys[OTHER[side]].publicKey,
      })),
      settings: both((side) => ({
        profile: options.profile,
        encrypt: options.protection === 'encryption',
        delivery: options.delivery,
        vlanTci: undefined,
        source: addresses[side],
        destination: addresses[OTHER[side]],
        ...frameIdsOf(side, relation),
        passReceived: true,
        obsoleteTimeout: options.obsoleteTimeout,
      })),
    };
  });
}

function frameIdsOf(side: Side, relation: number): Pick<PeerSettings, 'transmitFrameId' | 'receiveFrameId'> {
  const toDevice = FRAME_IDS.ofDevices;
  const toController = FRAME_IDS.ofController + relation;
  return side === 'initiator'
    ? { transmitFrameId: toDevice, receiveFrameId: toController }
    : { transmitFrameId: toController, receiveFrameId: toDevice };
}

function deviceAddress(relation: number): Uint8Array {
  return Uint8Array.of(0x02, 0, 0, 0x01, relation >> 8, relation & 0xff);
}

function identity(seed: number, salt: number, relation = 0): KeyPair {
  return keyPairOf(new Random(seedOf(seed, salt, relation)).bytes(32));
}
