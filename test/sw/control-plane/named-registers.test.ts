import { beforeEach, describe, expect, it, vi } from 'vitest';
import { REGISTER_MAPS } from '../../../spec/register-maps.ts';
import {
  parseName,
  parseSecret,
  parseValue,
  readAll,
  readableOf,
  readNamed,
  writeNamed,
  writeSecret,
} from '../../../sw/control-plane/named-registers.ts';
import { RegisterError } from '../../../sw/control-plane/register-space.ts';
import { gcmMaterial } from '../../vectors/gcm-oracle.ts';
import { FakeRegisters } from './fake-registers.ts';

let registers: FakeRegisters;
beforeEach(() => {
  registers = new FakeRegisters();
});
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const { register: transmitKey } = parseName('transmitKey');

describe('a name', () => {
  it.each([
    ['status', 0x00c, undefined],
    ['status.currentKeyId', 0x00c, 16],
    ['0x00c', 0x00c, undefined],
    ['12', 0x00c, undefined],
  ])('%s is found', (text, offset, low) => {
    const { register, field } = parseName(text);
    expect({ offset: register.offset, low: field?.low }).toEqual({ offset, low });
  });

  it.each([
    ['statsu', 'there is no register statsu: did you mean status?'],
    ['status.currentKeyID', 'register status has no field currentKeyID: did you mean currentKeyId?'],
    ['status.pushReady.x', 'register status has no field pushReady.x'],
    ['vlanTci.pcp', 'register vlanTci has no field pcp: it has none'],
    ['0x00e', 'register offset 0x00e is not on a word: expected a multiple of 4'],
    ['0xf00', 'there is no register at offset 0xf00: keyturn regs list shows all'],
    ['', 'there is no register : '],
    ['toString', 'there is no register toString: '],
    ['x12', 'there is no register x12: '],
    ['12x', 'there is no register 12x: '],
  ])('%j is refused with what was probably meant', (text, message) => {
    expect(() => parseName(text)).toThrow(RegisterError);
    expect(() => parseName(text)).toThrow(message);
  });
});

describe('a value', () => {
  it.each([
    ['obsoleteTimeout', '4294967295', 0xffff_ffff],
    ['obsoleteTimeout', '0xFFFFFFFF', 0xffff_ffff],
    ['control.enable', '0b1', 1],
    ['control', '0b10110', 22],
    // bit 1 of the register does not exist; of the field it does
    ['request.keyId', '2', 2],
    ['vlanTci', '0xc000', 0xc000],
    ['eraseAll', '0x45524153', 0x4552_4153],
  ])('%s takes %s', (name, text, value) => {
    expect(parseValue(text, parseName(name))).toBe(value);
  });

  it.each([
    ['obsoleteTimeout', '0x100000000', 'does not fit: expected 32 bits, so at most 4294967295'],
    ['control.enable', '2', 'control.enable: 2 does not fit: expected 1 bit, so at most 1'],
    ['vlanTci', '65536', 'expected 16 bits, so at most 65535'],
    ['keyPush', '16', 'expected 4 bits, so at most 15'],
    ['control', '0x80', 'control: 0x80 has bits that do not exist: expected only bits of 0x7f'],
    ['eraseAll', '1', 'eraseAll: 1 is not what it takes: expected 0x45524153'],
    ['control', '-1', 'control: "-1" is no number: expected one like 5, 0x2a or 0b101'],
    ['control', '1.5', 'is no number'],
    ['control', 'true', 'is no number'],
    ['control', '', 'control: "" is no number'],
  ])('%s refuses %s', (name, text, message) => {
    expect(() => parseValue(text, parseName(name))).toThrow(RegisterError);
    expect(() => parseValue(text, parseName(name))).toThrow(message);
  });
});

describe('key material', () => {
  it('is read as octets, in either case, over lines and blanks', () => {
    expect([...parseSecret(ascii('00 01 02 03\n0405 0607\r\n08090a0B\t0c0D0e0F\n'), transmitKey)]).toEqual([...Array(16).keys()]);
  });

  it.each([
    [
      'a digit too few',
      '5ec2e75ec2e75ec2e75ec2e75ec2e75',
      'transmitKey: found 31 hexadecimal digits, expected 32 or 64, so 16 or 32 octets',
    ],
    ['far too many', '5ec2e7'.repeat(1000), 'found 6000 hexadecimal digits'],
    ['a letter that is none', '5ec2e75ec2e7x', 'found something that is no hexadecimal digit'],
    ['an octet 0', '5ec2e7\0', 'found something that is no hexadecimal digit'],
    ['0x in front', '0x5ec2e75ec2e75ec2e75ec2e75ec2e75ec2', 'found something that is no hexadecimal digit'],
    ['nothing', '', 'found 0 hexadecimal digits'],
  ])('refused: %s, and the message has nothing of it', (_, text, message) => {
    const refuse = (): unknown => parseSecret(ascii(text), transmitKey);
    expect(refuse).toThrow(RegisterError);
    expect(refuse).toThrow(message.replace(', expected', ': expected'));
    expect(refuse).not.toThrow(/5ec2/);
  });

  it('has both digits of an octet, and takes no other octet for one of them', () => {
    const { register: transmitIv } = parseName('transmitIv');
    const text = 'f0e1d2c3b4a5968778695a4';
    for (let code = 0; code < 256; code++) {
      const letter = String.fromCharCode(code);
      const parse = (): unknown => parseSecret(Uint8Array.of(...ascii(text), code), transmitIv);
      if (/[0-9a-f]/i.test(letter)) expect(parse()).toEqual(new Uint8Array(Buffer.from(text + letter, 'hex')));
      else if (/[\t\n\v\f\r ]/.test(letter)) expect(parse).toThrow('transmitIv: found 23 hexadecimal digits: expected 24, so 12 octets');
      else expect(parse).toThrow('transmitIv: found something that is no hexadecimal digit: expected 24 of them');
    }
  });

  it('is never taken as a number, and the message has nothing of it', () => {
    const refuse = (): unknown => parseValue('5ec2e7', { register: transmitKey });
    expect(refuse).toThrow('transmitKey takes octets, not a number: expected hexadecimal digits');
    expect(refuse).not.toThrow(/5ec2/);
  });

  it('of another length than the engine has is refused, and nothing is written', async () => {
    const short = writeSecret(registers, transmitKey, new Uint8Array(16).fill(0x5e), 'aes-256-gcm');
    await expect(short).rejects.toThrow('transmitKey: found a key of 16 octets: expected 32, as aes-256-gcm has them');
    expect(registers.writes).toEqual([]);
  });

  it('is written word by word, octet 0 lowest', async () => {
    await writeSecret(
      registers,
      transmitKey,
      Uint8Array.from({ length: 16 }, (_, index) => 0xf0 + index),
      'xor',
    );
    expect(registers.written('transmitKey')).toEqual([0xf3f2_f1f0, 0xf7f6_f5f4, 0xfbfa_f9f8, 0xfffe_fdfc]);
  });

  it('may be as long as that of any engine, and has all its octets', () => {
    for (const octets of [16, 32]) {
      const key = Uint8Array.from({ length: octets }, (_, index) => 0xa0 + index);
      expect(parseSecret(ascii(Buffer.from(key).toString('hex')), transmitKey)).toEqual(key);
    }
  });

  it('that is none, as an IV, is written as it is whatever the engine, and stays with whoever gave it', async () => {
    const iv = Uint8Array.from({ length: 12 }, (_, index) => 0x10 + index);
    await writeSecret(registers, parseName('transmitIv').register, iv, 'aes-256-gcm');
    expect(registers.written('transmitIv')).toEqual([0x1312_1110, 0x1716_1514, 0x1b1a_1918]);
    expect(iv[11]).toBe(0x1b);
  });
});

describe('a key of AES-GCM', () => {
  it('is written with its hash subkey behind it, and stays whole for whoever gave it', async () => {
    const key = Uint8Array.from({ length: 32 }, (_, index) => 7 * index);
    const zeroed = vi.spyOn(Uint8Array.prototype, 'fill');
    await writeSecret(registers, transmitKey, key, 'aes-256-gcm');
    const made = zeroed.mock.contexts.filter((octets) => octets instanceof Uint8Array && octets.length === 48) as Uint8Array[];
    zeroed.mockRestore();
    expect(made.map((octets) => Buffer.from(octets).toString('hex'))).toEqual(['00'.repeat(48)]);
    const material = Buffer.from(gcmMaterial(key));
    expect(registers.written('transmitKey')).toEqual(Array.from({ length: 12 }, (_, word) => material.readUInt32LE(4 * word)));
    expect(key[31]).toBe(217);
  });
});

describe('an access by name', () => {
  it('reads a register, or one field of it', async () => {
    registers.set('status', 0x8156_0000);
    expect(await readNamed(registers, parseName('status'))).toBe(0x8156_0000);
    expect(await readNamed(registers, parseName('status.nextKeyId'))).toBe(5);
  });

  it('writes a register as it is given', async () => {
    registers.set('control', 0b10110);
    await writeNamed(registers, parseName('control'), 0b00001);
    expect(registers.written('control')).toEqual([1]);
    expect(registers.reads).toBe(0);
  });

  it('writes one field and leaves the others as they are', async () => {
    registers.set('control', 0b10110);
    await writeNamed(registers, parseName('control.enable'), 1);
    await writeNamed(registers, parseName('control.encrypt'), 0);
    expect(registers.written('control')).toEqual([0b10111, 0b10100]);
  });

  it('clears one event and no other', async () => {
    registers.set('interruptStatus', 0b1111);
    await writeNamed(registers, parseName('interruptStatus.slots'), 1);
    expect(registers.written('interruptStatus')).toEqual([0b0100]);
  });

  it('is refused where the map does not allow it, and nothing is touched', async () => {
    await expect(readNamed(registers, parseName('transmitKey'))).rejects.toThrow('transmitKey is write-only: nothing reads it back');
    await expect(writeNamed(registers, parseName('status.pushReady'), 1)).rejects.toThrow(
      'status.pushReady is read-only: keyturn regs list shows what can be written',
    );
    expect(registers.writes).toEqual([]);
  });

  it('to everything leaves out what a read would change, and what can not be read', async () => {
    const readable = readableOf(REGISTER_MAPS.station);
    expect((await readAll(registers)).size).toBe(readable.length);
    const names = readable.map(({ name }) => name);
    expect(names).toContain('status');
    expect(names).not.toContain('receiveData');
    expect(names).not.toContain('receiveKey');
  });
});
