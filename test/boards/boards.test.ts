import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { boardNames, loadBoard, parseBoard, UnknownBoard } from '../../boards/board.ts';
import { bankOf, isClockCapable } from '../../boards/schema.ts';
import { ConfigurationError } from '../../spec/configuration.ts';

const BOARDS = resolve(import.meta.dirname, '../../boards');
const z10 = loadBoard('zybo-z7-10');
const z20 = loadBoard('zybo-z7-20');
const text = readFileSync(join(BOARDS, 'zybo-z7-10/board.json'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the boards', () => {
  it('are the folders, and each is well formed', () => {
    expect(boardNames()).toEqual(['zybo-z7-10', 'zybo-z7-20']);
    for (const name of boardNames()) expect(loadBoard(name).title).toMatch(/^Digilent Zybo Z7-[12]0$/);
  });

  it('Zybo Z7-10 and Z7-20 differ in the part and in what hangs on bank 13, which the Z7-10 has not', () => {
    const only20 = Object.keys(z20.pins).filter((name) => !(name in z10.pins));
    expect(only20).toEqual(['led5_r', 'led5_g', 'led5_b', ...[0, 1, 2, 3, 4, 5, 6, 7].map((index) => `jb[${index}]`)]);
    for (const name of only20) expect(bankOf(z20.pins[name]?.site ?? '')).toBe(13);
    for (const [name, pin] of Object.entries(z10.pins)) expect(z20.pins[name]).toEqual(pin);
    expect(z10.processingSystem).toEqual(z20.processingSystem);
    expect(z10.registers).toEqual(z20.registers);
    expect(z10.part.idcode).not.toBe(z20.part.idcode);
  });

  it('a clock from a Pmod can come in at JD pin 7 alone on the Z7-10, and at two pins of JB on the Z7-20', () => {
    const clocks = (pins: typeof z10.pins): string[] =>
      Object.entries(pins)
        .filter(([name, { site }]) => name.startsWith('j') && isClockCapable(site))
        .map(([name, { ball }]) => `${name} ${ball}`);
    expect(clocks(z10.pins)).toEqual(['jd[4] U14']);
    expect(clocks(z20.pins)).toEqual(['jb[2] U7', 'jb[4] Y7', 'jd[4] U14']);
  });

  it('a third board is one folder, here or elsewhere', () => {
    cpSync(join(BOARDS, 'zybo-z7-20'), join(folder, 'my-board'), { recursive: true });
    expect(loadBoard(join(folder, 'my-board'))).toEqual(z20);
  });
});

describe('a wrong board', () => {
  it('that is not there is refused with the one that was probably meant', () => {
    expect(() => loadBoard('zybo-z720')).toThrow(UnknownBoard);
    expect(() => loadBoard('zybo-z720')).toThrow('there is no board zybo-z720: did you mean zybo-z7-20?');
    expect(() => loadBoard('arty')).toThrow('known: zybo-z7-10, zybo-z7-20');
  });

  it.each([
    ['no JSON', '{', 'not JSON: '],
    [
      'a part of another family',
      text.replace('"name": "xc7z010clg400-1"', '"name": "xc7a35t"'),
      'part.name: expected a Zynq-7000 part as xc7z020clg400-1, found "xc7a35t"',
    ],
    [
      'a ball that no package has',
      text.replace('"K17"', '"I17"'),
      'pins.sysclk.ball: expected a ball of the CLG400 package, as K17, found "I17"',
    ],
    ['one ball twice', text.replace('"K17"', '"G15"'), 'pins.sw[0].ball: G15 is sysclk too, found "G15"'],
    [
      'a pin in a bank that is not bonded',
      text.replace('IO_L12P_T1_MRCC_35', 'IO_L12P_T1_MRCC_13'),
      'pins.sysclk.site: bank 13 is not bonded in xc7z010clg400-1',
    ],
    [
      'a clock where none can come in',
      text.replace('IO_L12P_T1_MRCC_35', 'IO_L12P_T1_35'),
      'clocks.sysclk: its pin, IO_L12P_T1_35, is not clock-capable',
    ],
    ['registers outside of GP0', text.replace('0x43c00000', '0x83c00000'), 'registers.base: expected a multiple of 0x100000 in M_AXI_GP0'],
    ['registers whose last pages are outside of it', text.replace('0x43c00000', '0x7ff00000'), 'registers.base: expected a multiple of'],
    ['registers within a page', text.replace('0x43c00000', '0x43c01000'), 'registers.base: expected a multiple of'],
    ['a setting that nobody knows', text.replace('"title"', '"tittle"'), 'title: '],
    ['data without a source', text.replace(/,\n {4}"pins": "github[^\n]*/, ','), 'sources.pins: '],
    ['a list', '[]', 'expected object'],
  ])('%s is refused, naming the place', (_, wrong, message) => {
    expect(wrong).not.toBe(text);
    expect(() => parseBoard(wrong, 'boards/x/board.json')).toThrow(ConfigurationError);
    expect(() => parseBoard(wrong, 'boards/x/board.json')).toThrow('boards/x/board.json:\n  ');
    expect(() => parseBoard(wrong, 'boards/x/board.json')).toThrow(message);
  });

  it('folder without its file is an error of the system that names it', () => {
    writeFileSync(join(folder, 'nothing'), '');
    expect(() => loadBoard(`${folder}/`)).toThrow(`${folder}/board.json`);
  });
});
