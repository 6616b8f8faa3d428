/** What a captured frame is to the traffic: cyclic PROFINET data, a DCP request, or something else. */
import type { CapturedPacket } from '../../capture/capture.ts';
import { APDU_STATUS_OCTETS, C_SDU_MAX, ETHERTYPE_PROFINET, FRAME_ID_OCTETS, TPID_VLAN } from '../../spec/header.ts';
import type { ApplicationFrame } from './traffic.ts';

/** One provider's cyclic data to one destination. */
export interface StreamName {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly frameId: number;
}

export type Classified =
  | {
      readonly kind: 'cyclic';
      readonly stream: StreamName;
      readonly vlanTci: number | undefined;
      /** tags around the one that `vlanTci` is of */
      readonly outerTags: number;
      readonly application: ApplicationFrame;
    }
  | { readonly kind: 'DCP request'; readonly source: Uint8Array }
  /** cyclic, but of no use: why, in the plural */
  | { readonly kind: 'unusable'; readonly what: string }
  | { readonly kind: 'other'; readonly etherType: number | undefined };

/** Octets of tags that may stand before the EtherType: IEEE 802.1Q, 802.1ad, QinQ before its standard, HSR (IEC 62439-3). */
const HSR = 0x892f;
const TAGS: ReadonlyMap<number | undefined, number> = new Map([
  [TPID_VLAN, 4],
  [0x88a8, 4],
  [0x9100, 4],
  [HSR, 6],
]);

/** FrameIDs of cyclic data (IEC 61158-6-10): RT_CLASS_3, RT_CLASS_STREAM, RT_CLASS_1 and RT_CLASS_UDP. */
const CYCLIC_FRAME_IDS: readonly (readonly [number, number])[] = [
  [0x0100, 0x0fff],
  [0x1000, 0x2fff],
  [0x8000, 0xfbff],
];
/** FrameIDs of DCP: Get and Set, whose answers have the same, and Identify. */
const DCP_FRAME_IDS = [0xfefd, 0xfefe];
/** DCP ServiceType; the answer to a request has another. It stands after the FrameID and the ServiceID. */
const DCP_REQUEST = 0;
const SERVICE_TYPE_AT = FRAME_ID_OCTETS + 1;

export function classify({ data, originalLength }: CapturedPacket): Classified {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let at = 12;
  let vlanTci: number | undefined;
  let tags = 0;
  const typeAt = (): number | undefined => (at + 2 <= data.length ? view.getUint16(at) : undefined);
  let etherType = typeAt();
  for (let octets = TAGS.get(etherType); octets !== undefined && at + octets <= data.length; octets = TAGS.get(etherType)) {
    if (etherType !== HSR) vlanTci = view.getUint16(at + 2);
    tags++;
    at += octets;
    etherType = typeAt();
  }
  const body = at + 2;
  if (etherType !== ETHERTYPE_PROFINET || body + FRAME_ID_OCTETS > data.length) return { kind: 'other', etherType };
  const frameId = view.getUint16(body);
  if (DCP_FRAME_IDS.includes(frameId) && data[body + SERVICE_TYPE_AT] === DCP_REQUEST)
    return { kind: 'DCP request', source: data.slice(6, 12) };
  if (!CYCLIC_FRAME_IDS.some(([low, high]) => frameId >= low && frameId <= high)) return { kind: 'other', etherType };
  // a frame cut to the snap length has lost its APDU status
  if (data.length < originalLength) return { kind: 'unusable', what: 'cyclic frames cut to the snap length of the capture' };
  const textAt = body + FRAME_ID_OCTETS;
  const statusAt = data.length - APDU_STATUS_OCTETS;
  if (statusAt - textAt > C_SDU_MAX) return { kind: 'unusable', what: `cyclic frames with a C_SDU of more than ${C_SDU_MAX} octets` };
  if (statusAt - textAt < 1) return { kind: 'unusable', what: 'cyclic frames without a C_SDU' };
  return {
    kind: 'cyclic',
    stream: { destination: data.slice(0, 6), source: data.slice(6, 12), frameId },
    vlanTci,
    outerTags: vlanTci === undefined ? tags : tags - 1,
    application: {
      cSdu: data.slice(textAt, statusAt),
      cycleCounter: view.getUint16(statusAt),
      dataStatus: view.getUint8(statusAt + 2),
      transferStatus: view.getUint8(statusAt + 3),
    },
  };
}
