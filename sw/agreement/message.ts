/** The messages of the agreement as octets (`spec/agreement.ts`). */
import {
  AGREEMENT_MESSAGES,
  AGREEMENT_OFFSETS,
  AGREEMENT_SUBTYPE,
  AGREEMENTS,
  type AgreementMessageKind,
  ETHERNET_MIN,
  ETHERTYPE_AGREEMENT,
  PROTOCOL_VERSION,
} from '../../spec/agreement.ts';
import { ADDRESS_OCTETS, TPID_VLAN, VLAN_TAG_OCTETS } from '../../spec/header.ts';

export interface AgreementMessage {
  readonly kind: AgreementMessageKind;
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  /** 16 bits */
  readonly relation: number;
  /** master index of the KeyId to be, 32 bits; its communication index is 0 */
  readonly master: number;
  /** 32 bits; a later attempt at one KeyId has a higher number */
  readonly attempt: number;
  /** the Noise message, as long as one of its kind is */
  readonly noise: Uint8Array;
}

const at = AGREEMENT_OFFSETS;

/** The frame, untagged, without FCS. */
export function encodeMessage({ kind, destination, source, relation, master, attempt, noise }: AgreementMessage): Uint8Array {
  const frame = new Uint8Array(Math.max(ETHERNET_MIN, at.message + noise.length));
  const view = new DataView(frame.buffer);
  frame.set(destination);
  frame.set(source, ADDRESS_OCTETS);
  view.setUint16(at.etherType, ETHERTYPE_AGREEMENT);
  view.setUint16(at.subtype, AGREEMENT_SUBTYPE);
  view.setUint8(at.version, PROTOCOL_VERSION);
  view.setUint8(at.type, AGREEMENT_MESSAGES[kind].type);
  view.setUint16(at.relation, relation);
  view.setUint32(at.master, master);
  view.setUint32(at.attempt, attempt);
  frame.set(noise, at.message);
  return frame;
}

/** The message in a frame, tagged or not; undefined where it is none of this version. Nothing in it is authentic yet. */
export function parseMessage(octets: Uint8Array): AgreementMessage | undefined {
  const frame = withoutTag(Uint8Array.from(octets));
  if (frame.length < at.message) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const isOurs =
    view.getUint16(at.etherType) === ETHERTYPE_AGREEMENT &&
    view.getUint16(at.subtype) === AGREEMENT_SUBTYPE &&
    view.getUint8(at.version) === PROTOCOL_VERSION;
  if (!isOurs) return undefined;
  const kind = kindOf(view.getUint8(at.type));
  if (kind === undefined) return undefined;
  const ends = AGREEMENTS.map((agreement) => at.message + AGREEMENT_MESSAGES[kind].octets[agreement]);
  const end = ends.find((octets) => frame.length >= octets && frame.length <= Math.max(ETHERNET_MIN, octets));
  if (end === undefined) return undefined;
  return {
    kind,
    destination: frame.slice(0, ADDRESS_OCTETS),
    source: frame.slice(ADDRESS_OCTETS, 2 * ADDRESS_OCTETS),
    relation: view.getUint16(at.relation),
    master: view.getUint32(at.master),
    attempt: view.getUint32(at.attempt),
    noise: frame.slice(at.message, end),
  };
}

function kindOf(type: number): AgreementMessageKind | undefined {
  return (Object.keys(AGREEMENT_MESSAGES) as AgreementMessageKind[]).find((kind) => AGREEMENT_MESSAGES[kind].type === type);
}

/** Switches may add and strip a tag (IEEE 802.1Q). */
function withoutTag(octets: Uint8Array): Uint8Array {
  const typeAt = at.etherType;
  const [high, low] = octets.subarray(typeAt);
  const isTagged = high === TPID_VLAN >> 8 && low === (TPID_VLAN & 0xff);
  return isTagged ? Uint8Array.from([...octets.subarray(0, typeAt), ...octets.subarray(typeAt + VLAN_TAG_OCTETS)]) : octets;
}
