/** The registers of a simulated board, with the one driver over them. */
import { describe, expect, it } from 'vitest';
import { loadBoard } from '../../boards/board.ts';
import { SimulatedStation } from '../../cli/board/station.ts';
import { simulatedPage } from '../../cli/simulated-board.ts';
import { MAC_REGISTERS } from '../../spec/mac-registers.ts';
import { MAILBOX_REGISTERS } from '../../spec/mailbox-registers.ts';
import type { PageName, WireName } from '../../spec/pages.ts';
import { REGISTERS } from '../../spec/registers.ts';
import { RelationDriver } from '../../sw/control-plane/driver.ts';
import { StationDriver } from '../../sw/control-plane/station-driver.ts';
import type { RegisterTarget } from '../../sw/register-target/target.ts';
import { SETTINGS } from '../sw/register-target/windows.ts';

const board = loadBoard('zybo-z7-10');
const KEY = {
  transmit: { key: new Uint8Array(16).fill(1), iv: new Uint8Array(12) },
  receive: { key: new Uint8Array(16).fill(2), iv: new Uint8Array(12) },
};

async function onPage(page: PageName, wire: WireName, test: (target: RegisterTarget) => Promise<void>): Promise<void> {
  const target = simulatedPage({ board, wire, peer: { role: 'follower', slots: 3, buildId: 7 } }, page);
  try {
    await test(target);
  } finally {
    target.close();
  }
}

describe('the station of a simulated board', () => {
  it('is found out, set up, takes a key into a slot, and tells of it by its interrupt', () =>
    onPage('peer', 'gmii', async (target) => {
      const station = new StationDriver(target);
      expect(await station.identify({ allowInsecure: true })).toMatchObject({
        role: 'follower',
        slots: 3,
        relations: 1,
        buildId: 7,
        mapVersion: { major: 4, minor: 0 },
      });
      await station.configure(0, SETTINGS);
      expect(await target.waitForInterrupt(0)).toBe(false);
      expect(await station.relation(0).pushKey({ master: 0, communication: 0 }, KEY)).toBe('accepted');
      // the first key changes the state of a slot
      expect(await target.waitForInterrupt(600_000)).toBe(true);
      expect(await target.waitForInterrupt(0)).toBe(false);
      expect(await station.takeEvent()).toMatchObject({ relation: 0, interrupts: { slots: true } });
      expect(await station.takeEvent()).toBeUndefined();
      expect(await target.waitForInterrupt(0)).toBe(false);
    }));

  it('answers accesses that are asked at once in their order, and refuses what the map does not have', () =>
    onPage('peer', 'fifo', async (target) => {
      const { offset } = REGISTERS.obsoleteTimeout;
      const asked = [target.write32(offset, 5), target.read32(offset), target.write32(offset, 6), target.read32(offset)];
      expect(await Promise.all(asked)).toEqual([undefined, 5, undefined, 6]);
      await expect(target.read32(REGISTERS.transmitKey.offset)).rejects.toThrow('AXI4-Lite read at 0x140 was answered with SLVERR');
      await expect(target.write32(REGISTERS.status.offset, 1)).rejects.toThrow('AXI4-Lite write at 0x00c was answered with SLVERR');
      expect(await target.read32(offset)).toBe(6);
    }));
});

describe('the other pages of a simulated board', () => {
  it('the mailbox of the wire takes words', () =>
    onPage('network', 'fifo', async (target) => {
      await target.write32(MAILBOX_REGISTERS.transmitData.offset, 1);
      await target.write32(MAILBOX_REGISTERS.transmitData.offset, 2);
      // the newest is held until it is known whether it is the last
      expect(await target.read32(MAILBOX_REGISTERS.transmitSpace.offset)).toBe(1023);
    }));

  it('the MAC has counted nothing, and writes to it are refused', () =>
    onPage('mac', 'rmii', async (target) => {
      expect(await target.read32(MAC_REGISTERS.received.offset)).toBe(0);
      await expect(target.write32(MAC_REGISTERS.received.offset, 1)).rejects.toThrow('SLVERR');
    }));

  it('a page that the way to the wire does not have answers DECERR', () =>
    onPage('network', 'gmii', async (target) => {
      await expect(target.read32(0)).rejects.toThrow('DECERR');
    }));
});

describe('a station of keyturn board', () => {
  it('counts the frames that a full mailbox has lost', async () => {
    const station = new SimulatedStation({ board, wire: 'fifo', peer: { role: 'follower', slots: 2 } });
    try {
      // frames of others go to the host, whose mailbox nobody reads
      await station.access('peer', REGISTERS.control.offset, 0b11000);
      for (let count = 0; count < 4; count++) {
        await station.receive(new Uint8Array(1500).fill(1 + count));
        station.elapse(3000);
      }
      await station.sent();
      // 1024 words have room for two
      expect(station.account.framesWithoutRoom).toBe(2);
    } finally {
      station.close();
    }
  });

  describe('of three relations', () => {
    const PAGE = 4096;
    const pageOfRelation = (station: SimulatedStation, number: number) => {
      const at = (offset: number): number => number * PAGE + offset;
      return new RelationDriver({
        read32: (offset) => station.access('peer', at(offset), null),
        write32: async (offset, value) => void (await station.access('peer', at(offset), value)),
      });
    };
    const interval = async (station: SimulatedStation, index: number, ...turn: [first: number, count: number] | []) => {
      await station.application(index, ...turn);
      station.elapse(2000);
      return (await station.sent()).length;
    };
    const securedSent = ({ account }: SimulatedStation) => account.relations?.map((relation) => relation.securedSent);

    it('tells whose a frame is, sends in those whose turn it is, and sees a nonce that comes twice in one', async () => {
      const station = new SimulatedStation({ board, wire: 'fifo', relations: 3, peer: { role: 'initiator', slots: 2, engine: 'xor' } });
      try {
        for (const number of [0, 1, 2]) {
          const driver = pageOfRelation(station, number);
          await driver.configure({ ...SETTINGS, transmitFrameId: 0x8010 + number, receiveFrameId: 0x8020 + number });
          // the same key in each of them is no nonce twice of one
          if (number > 0) await driver.pushKey({ master: 0, communication: 0 }, KEY);
        }
        expect(await interval(station, 1)).toBe(2);
        expect(securedSent(station)).toEqual([0, 1, 1]);
        expect(await interval(station, 2, 0, 2)).toBe(1);
        expect(securedSent(station)).toEqual([0, 2, 1]);
        expect(station.account).toMatchObject({ securedSent: 3, keys: 2, noncesRepeated: 0, intervalsWithoutKey: 2 });
        const last = pageOfRelation(station, 2);
        await last.eraseAll();
        await last.pushKey({ master: 0, communication: 0 }, KEY);
        await interval(station, 3, 2, 1);
        expect(station.account.relations?.map(({ noncesRepeated }) => noncesRepeated)).toEqual([0, 0, 1]);
        expect(station.account.noncesRepeated).toBe(1);
        // under way while the relation gets another FrameID: it is a frame of the one that it was made for
        await station.application(4, 2, 1);
        await last.configure({ ...SETTINGS, transmitFrameId: 0x8030, receiveFrameId: 0x8022 });
        expect(await station.sent()).toHaveLength(1);
        expect(securedSent(station)).toEqual([0, 2, 3]);
        await expect(station.access('peer', 3 * PAGE, null)).rejects.toThrow('there is no relation 3: the hardware has 3, numbered from 0');
      } finally {
        station.close();
      }
    });
  });
});
