/** Every module of hw/, as the peers use it, and the peers themselves. */
import type { Module, Ports } from '../../hdl-gen/index.ts';
import { frameArbiter, frameFifo, syncFifo } from '../../hdl-gen/library/index.ts';
import { xorEngine } from '../../hw/aead/xor.ts';
import { axiLiteSlave } from '../../hw/axi-lite-slave.ts';
import { frameJoin } from '../../hw/frame-join.ts';
import { frameDescriptor, frameOpener } from '../../hw/frame-opener.ts';
import { FrameStream, RecordWord } from '../../hw/frame-stream.ts';
import { packetGenerator } from '../../hw/packet-generator.ts';
import { packetParser } from '../../hw/packet-parser.ts';
import { peer } from '../../hw/peer.ts';
import { relationRegisters } from '../../hw/relation-registers.ts';
import { eventQueue } from '../../hw/station/event-queue.ts';
import { frameIdTable } from '../../hw/station/frame-id-table.ts';
import { keyMemory } from '../../hw/station/key-memory.ts';
import { keyStore } from '../../hw/station/key-store.ts';
import { contextStore } from '../../hw/station/store.ts';
import { relationView } from '../../hw/station/view.ts';
import { transmitFifo } from '../../hw/transmit-fifo.ts';

export interface Subject {
  readonly design: Pick<Module<Ports>, 'name' | 'elaborate'>;
  /** small enough for every test run */
  readonly quick: boolean;
}

const initiator = { role: 'initiator', slots: 2 } as const;
const follower = { role: 'follower', slots: 3 } as const;

export const SUBJECTS: readonly Subject[] = [
  { design: frameArbiter(FrameStream.payload), quick: true },
  { design: axiLiteSlave, quick: false },
  { design: packetParser, quick: true },
  { design: contextStore({ ...initiator, relations: 1 }), quick: false },
  { design: contextStore({ ...follower, relations: 1 }), quick: true },
  { design: relationView(2), quick: false },
  { design: relationView(3), quick: false },
  { design: syncFifo({ descriptor: frameDescriptor(1) }, 32, { last: false }), quick: true },
  { design: frameFifo(FrameStream.payload, 4096), quick: false },
  { design: frameFifo(RecordWord, 1024, { last: false }), quick: false },
  { design: transmitFifo(), quick: true },
  { design: xorEngine, quick: false },
  { design: keyStore(2, 128), quick: false },
  { design: keyStore(3, 128), quick: false },
  { design: keyMemory(4, 3, 16), quick: true },
  { design: frameIdTable(4, 3), quick: true },
  { design: eventQueue(4, 3), quick: true },
  { design: relationRegisters(initiator), quick: false },
  { design: relationRegisters(follower), quick: false },
  { design: packetGenerator(xorEngine), quick: false },
  { design: frameJoin, quick: false },
  { design: frameOpener(xorEngine), quick: false },
  { design: peer(initiator), quick: false },
  { design: peer(follower), quick: false },
];
