/** The process images of one relation, and where those of all lie (`spec/image-registers.ts`). */
import { type SendTiming, scheduleOf } from '../../spec/cyclic.ts';
import { C_SDU_MAX } from '../../spec/header.ts';
import { IMAGE_REGISTERS, type ImageRegisterName } from '../../spec/image-registers.ts';
import { fieldOf, fieldValue, type Register, withField } from '../../spec/registers.ts';
import { RegisterError, type RegisterSpace } from './register-space.ts';

/** Where the three buffers of an image lie. */
export interface ImageLayout {
  /** word of the memory with which they begin */
  readonly offset: number;
  /** octets of one, 1 to 1440 */
  readonly length: number;
}

const BUFFERS = 3;
const wordsOf = (length: number): number => Math.ceil(length / 4);

/**
 * Images of those lengths, one behind the other.
 * @param lengths octets, by relation; 0 where it has none
 * @param capacity words of the memory
 * @throws RegisterError where they have no room
 */
export function imageLayouts(lengths: readonly number[], capacity: number): readonly (ImageLayout | undefined)[] {
  let offset = 0;
  const layouts = lengths.map((length) => {
    const layout = length === 0 ? undefined : { offset, length };
    offset += BUFFERS * wordsOf(length);
    return layout;
  });
  if (offset > capacity)
    throw new RegisterError(
      `images take ${offset} words, with three buffers each`,
      `the hardware has ${capacity}: shorten them, or generate it with more`,
    );
  return layouts;
}

/** What an acquisition says of the newest image that was delivered. */
export interface Acquired {
  readonly cycleCounter: number;
  readonly dataStatus: number;
  /** its TransferStatus was not 0 */
  readonly transferFault: boolean;
  /** it was not acquired before */
  readonly fresh: boolean;
  /** no image was delivered for as long as is said: it is invalid */
  readonly expired: boolean;
}

export class ProcessImages {
  readonly #page: RegisterSpace;
  #provider = 0;
  #consumer = 0;

  /** @param page the registers of the relation */
  constructor(page: RegisterSpace) {
    this.#page = page;
  }

  /** Words of the memory of each direction; 0 where the hardware has no images. */
  capacity(): Promise<number> {
    return this.#read('imageCapacity');
  }

  /**
   * Lays the image that is sent out anew, or takes it away; it is sent no longer, and what was published of it is gone. Waits for a frame
   * of it that is under way.
   * @throws RegisterError where there is no room
   */
  async layOutProvider(layout: ImageLayout | undefined): Promise<void> {
    await this.#write('sendSchedule', 0);
    while (field('providerLayout', 'sending', await this.#read('providerLayout')) === 1);
    await this.#write('providerLayout', await this.#layoutWord(layout));
    this.#provider = layout?.length ?? 0;
  }

  /** From now on the image is sent at these ticks; undefined: at none. @throws RangeError for a timing that there isn't */
  async schedule(timing: SendTiming | undefined): Promise<void> {
    await this.#write('sendSchedule', timing === undefined ? 0 : wordOf('sendSchedule', { ...scheduleOf(timing), sends: 1 }));
  }

  /**
   * These octets are sent from the next tick on, with that DataStatus: a whole image, whatever is being sent meanwhile. Behind its words it
   * is published by one write.
   * @throws RangeError for another length than the layout's
   */
  async publish(image: Uint8Array, dataStatus: number): Promise<void> {
    if (image.length !== this.#provider || image.length === 0)
      throw new RangeError(`an image of ${image.length} octets, expected ${this.#provider}, as it was laid out`);
    for (let at = 0; at < image.length; at += 4) {
      const word = image.subarray(at, at + 4).reduceRight((sum, octet) => sum * 256 + octet, 0);
      await this.#page.write32(IMAGE_REGISTERS.providerImage.offset + at, word);
    }
    await this.#write('providerPublish', wordOf('providerPublish', { dataStatus }));
  }

  /**
   * Lays the image that is received out anew, or takes it away; what came of it before is gone. Payloads of just its length go there
   * and no longer into the RX FIFO.
   * @param dataHold units of 31.25 us for which it is valid (`dataHoldUnits`); 0: for ever
   * @throws RegisterError where there is no room
   */
  async layOutConsumer(layout: ImageLayout | undefined, dataHold = 0): Promise<void> {
    const word = await this.#layoutWord(layout);
    await this.#write('dataHold', dataHold);
    await this.#write('consumerLayout', word);
    this.#consumer = layout?.length ?? 0;
  }

  /** Makes the newest image that was delivered the one that is read, in one access; undefined where none was. */
  async acquire(): Promise<Acquired | undefined> {
    const word = await this.#read('consumerAcquire');
    const said = (name: string): number => field('consumerAcquire', name, word);
    if (said('there') === 0) return undefined;
    return {
      cycleCounter: said('cycleCounter'),
      dataStatus: said('dataStatus'),
      transferFault: said('transferFault') === 1,
      fresh: said('fresh') === 1,
      expired: said('expired') === 1,
    };
  }

  /** The octets of the image that was acquired: the same until the next acquisition, whatever is received. */
  async octets(): Promise<Uint8Array> {
    const words = new DataView(new ArrayBuffer(4 * wordsOf(this.#consumer)));
    for (let at = 0; at < this.#consumer; at += 4)
      words.setUint32(at, await this.#page.read32(IMAGE_REGISTERS.consumerImage.offset + at), true);
    return new Uint8Array(words.buffer, 0, this.#consumer);
  }

  /** Ticks without a frame, because that of a tick before had not left: the count of the hardware, 32 bits. */
  late(): Promise<number> {
    return this.#read('sendLate');
  }

  async #layoutWord(layout: ImageLayout | undefined): Promise<number> {
    if (layout === undefined) return 0;
    const { offset, length } = layout;
    if (!Number.isInteger(length) || length < 1 || length > C_SDU_MAX)
      throw new RegisterError(`an image of ${length} octets`, `expected 1 to ${C_SDU_MAX}`);
    const [end, capacity] = [offset + BUFFERS * wordsOf(length), await this.capacity()];
    if (end > capacity)
      throw new RegisterError(
        `an image of ${length} octets from word ${offset} on ends at word ${end}`,
        capacity === 0 ? 'the hardware was generated without images' : `the hardware has ${capacity} words`,
      );
    return wordOf('providerLayout', { offset, length });
  }

  #read(name: ImageRegisterName): Promise<number> {
    return this.#page.read32(IMAGE_REGISTERS[name].offset);
  }

  #write(name: ImageRegisterName, value: number): Promise<void> {
    return this.#page.write32(IMAGE_REGISTERS[name].offset, value);
  }
}

function wordOf(name: ImageRegisterName, values: Readonly<Record<string, number>>): number {
  return Object.entries(values).reduce((word, [field, value]) => withField(fieldOf(IMAGE_REGISTERS[name], field), word, value), 0);
}

function field(name: ImageRegisterName, fieldName: string, word: number): number {
  const register: Register = IMAGE_REGISTERS[name];
  return fieldValue(fieldOf(register, fieldName), word);
}
