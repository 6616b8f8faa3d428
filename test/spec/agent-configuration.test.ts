import { describe, expect, it } from 'vitest';
import { addressOctets, parseAgentConfiguration } from '../../spec/agent-configuration.ts';

const LEAST = {
  initiatorAddress: '02:00:00:00:00:01',
  followerAddress: '02-00-00-00-00-FE',
  identity: 'plc.id',
  psk: 'line.psk',
  peerPublicKey: 'ab'.repeat(32),
};

describe('the configuration of an agent', () => {
  it('needs the stations, their keys and nothing else; the rest is of a real network', () => {
    const configuration = parseAgentConfiguration(LEAST, 'agent.json');
    expect(configuration).toMatchObject({
      engine: 'aes-128-gcm',
      sendInterval: 1_000_000,
      rekeyInterval: 3_600_000_000_000,
      obsoleteTimeout: 100_000_000,
      keyGeneration: 500_000_000,
      channelDelay: 10_000_000,
      initiatorFrameId: 0x8001,
      followerFrameId: 0x8002,
      nRttEvery: 24,
      announcementTimeout: 60_000_000_000,
      silence: 5_000_000_000,
      state: '/var/lib/keyturn/agent.json',
      control: '/run/keyturn/agent.sock',
      metricsPort: 0,
      logLevel: 'info',
    });
    expect(addressOctets(configuration.followerAddress)).toEqual(Uint8Array.of(2, 0, 0, 0, 0, 0xfe));
  });

  it('lets a key be rekeyed before the AEAD limit, by the time that a rekey takes, unless something sooner is said', () => {
    // q <= (2^(64.5-57/2) - 1) / (L + 1) with 92 blocks of a frame of 1440 octets, of which one is AAD
    const { framesPerKey, rekeyFrames } = parseAgentConfiguration(LEAST, 'agent.json');
    expect(framesPerKey).toBe(Math.floor((2 ** 36 - 1) / 93));
    expect(rekeyFrames).toBeLessThan(framesPerKey);
    expect(rekeyFrames).toBeGreaterThan(1000);
    expect(parseAgentConfiguration({ ...LEAST, rekeyFrames: 5000 }, 'agent.json').rekeyFrames).toBe(5000);
    expect(() => parseAgentConfiguration({ ...LEAST, rekeyFrames: framesPerKey, rekeyInterval: 0 }, 'agent.json')).toThrow('E6');
  });

  it('names each field that is wrong, what it found and what it expected, on a line of its own', () => {
    const wrong = { ...LEAST, initiatorAddress: '02:0', identity: 7, pol: 3, peerPublicKey: 'abc', poll: 0 };
    expect(() => parseAgentConfiguration(wrong, 'agent.json')).toThrow(
      [
        'agent.json:',
        '  initiatorAddress: expected a text like 02:00:00:00:00:01, found the text "02:0"',
        '  identity: expected a text like /etc/keyturn/plc.id, found 7',
        '  peerPublicKey: expected a text like e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c, found the text "abc"',
        '  poll: expected a whole number from 1 to 1000, found 0',
        '  pol: no such setting; did you mean poll?',
      ].join('\n'),
    );
  });

  it.each(['x02:00:00:00:00:01', '02:00:00:00:00:01x', '02:00:00:00-00:01', '02:00:00:00:00'])('takes %j for no address', (address) => {
    expect(() => parseAgentConfiguration({ ...LEAST, followerAddress: address }, 'agent.json')).toThrow(
      `followerAddress: expected a text like 02:00:00:00:00:02, found the text "${address}"`,
    );
  });

  it.each([`a${LEAST.peerPublicKey}`, `${LEAST.peerPublicKey}a`])('takes a key with a digit too many for none', (peerPublicKey) => {
    expect(() => parseAgentConfiguration({ ...LEAST, peerPublicKey }, 'agent.json')).toThrow('peerPublicKey: expected a text like');
  });

  it.each([
    ['psk', 7, 'a text like /etc/keyturn/line.psk, found 7'],
    ['state', 7, 'a text like /var/lib/keyturn/agent.json, found 7'],
    ['control', 7, 'a text like /run/keyturn/agent.sock, found 7'],
    ['firstRetry', 999_999, 'a whole number from 1000000 to 1000000000000000, found 999999'],
    ['longestRetry', 999_999, 'a whole number from 1000000 to 1000000000000000, found 999999'],
    ['giveUpAfter', 999_999, 'a whole number from 1000000 to 1000000000000000, found 999999'],
    ['logLevel', 'loud', 'error, warning, info or debug, found the text "loud"'],
  ])('says of %s what it expects', (field, value, expected) => {
    expect(() => parseAgentConfiguration({ ...LEAST, [field]: value }, 'agent.json')).toThrow(`${field}: expected ${expected}`);
  });

  it.each(['error', 'warning', 'info', 'debug'])('logs what is %s', (logLevel) => {
    expect(parseAgentConfiguration({ ...LEAST, logLevel }, 'agent.json').logLevel).toBe(logLevel);
  });

  it('says where a connection would not be seamless', () => {
    expect(() => parseAgentConfiguration({ ...LEAST, obsoleteTimeout: 0 }, 'agent.json')).toThrow(
      'agent.json: the connection would not be seamless',
    );
  });
});
