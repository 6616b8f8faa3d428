import { type Bit, type Build, bits, u } from '../hdl-gen/index.ts';
import { frameArbiter, frameFifo, type Subordinate } from '../hdl-gen/library/index.ts';
import { C_SDU_MAX } from '../spec/header.ts';
import type { AeadModule } from './aead/aead.ts';
import { frameJoin } from './frame-join.ts';
import { type FrameSink, type FrameSource, FrameStream } from './frame-stream.ts';
import { packetGenerator } from './packet-generator.ts';
import { FRAME_ROOM, STORE_OCTETS } from './receive-path.ts';
import { recordArbiter } from './station/record-arbiter.ts';
import { RECORD_FIFO_WORDS, type recordSource, transmitFifo } from './transmit-fifo.ts';

/** ICV and APDU status of all frames that can wait: where less than FRAME_ROOM is used, no more than 93 headers with an octet of text are there. */
const TRAILER_STORE_OCTETS = 2048;

/** What the path is told. */
interface Transmitting {
  readonly tx: FrameSource;
  readonly hostTx: FrameSink;
  /** frames of the host are sent between ours */
  readonly passTransmitted: Bit;
  /** records that go before those of the TX FIFO; default: there are none */
  readonly images?: Subordinate<typeof recordSource>;
}

/**
 * From records and from the host to the network: the generator makes frames of records, each in two parts, which are joined when
 * its ICV is known; between them go frames of the host. The key and what else makes a frame is left to the caller.
 */
export function buildTransmitPath(m: Build, engine: AeadModule, relations: number, told: Transmitting) {
  const { tx, hostTx, passTransmitted, images } = told;
  const records = m.instance('records', transmitFifo(RECORD_FIFO_WORDS, C_SDU_MAX, relations));
  const generator = m.instance('generator', packetGenerator(engine, relations));
  const sealed = m.instance('sealed', frameFifo(FrameStream.payload, STORE_OCTETS));
  const trailers = m.instance('trailers', frameFifo(FrameStream.payload, TRAILER_STORE_OCTETS));
  const join = m.instance('join', frameJoin);
  const arbiter = m.instance('arbiter', frameArbiter(FrameStream.payload));
  const choice = images === undefined ? undefined : m.instance('choice', recordArbiter);
  m.connect((choice ?? records).record, generator.record);
  if (images !== undefined && choice !== undefined) {
    m.connect(images, choice.first);
    m.connect(records.record, choice.second);
    choice.asked.set(generator.transmitRequest);
  }
  generator.storeReady.set(sealed.space.ge(FRAME_ROOM));
  sealed.write.set(generator.octetWrite);
  sealed.beat.set({ data: generator.octet, last: generator.octetLast });
  sealed.commit.set(generator.sealed);
  sealed.discard.set(0);
  trailers.write.set(generator.trailerWrite);
  trailers.beat.set({ data: generator.trailerOctet, last: generator.trailerLast });
  trailers.commit.set(generator.trailerWrite);
  trailers.discard.set(0);
  m.connect(sealed.to, join.front);
  m.connect(trailers.to, join.trailer);
  m.connect(join.out, arbiter.first);
  // a host frame begins only while passing is allowed, and is then sent to its end
  const { hostBusy } = m.registers({ hostBusy: bits(1) });
  const { hostOpen } = m.let({ hostOpen: passTransmitted.or(hostBusy) });
  arbiter.second.valid.set(hostTx.valid.and(hostOpen));
  arbiter.second.data.set(hostTx.data);
  arbiter.second.last.set(hostTx.last);
  hostTx.ready.set(arbiter.second.ready.and(hostOpen));
  m.when(arbiter.second.valid, () => hostBusy.next(hostTx.fire.and(hostTx.last).not()));
  m.connect(arbiter.out, tx);
  m.unused(sealed.level, trailers.space, trailers.level, trailers.overflow);
  m.assert('sealed_frame_fits', sealed.overflow.or(trailers.overflow).not());
  // a frame whose first octet is offered is offered to its end
  const open = m.past('open', join.out.valid.and(join.out.fire.and(join.out.last).not()));
  m.assert('leaves_without_a_gap', open.not().or(join.out.valid));
  return {
    records,
    generator,
    /** the record that shows is an image's */
    ofImage: choice?.onFirst ?? u(1, 0),
  };
}
