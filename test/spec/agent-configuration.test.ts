import { describe, expect, it } from 'vitest';
import { addressOctets, agentSchema, parseAgentConfiguration, requireOneStation } from '../../spec/agent-configuration.ts';

const LEAST = {
  initiatorAddress: '02:00:00:00:00:01',
  followerAddress: '02-00-00-00-00-FE',
  identity: 'plc.id',
  psk: 'line.psk',
  peerPublicKey: 'ab'.repeat(32),
};

/** What is said of the only relation. */
function onlyRelation(input: unknown) {
  const { relations } = parseAgentConfiguration(input, 'agent.json');
  expect(relations).toHaveLength(1);
  return relations[0] as (typeof relations)[number];
}

describe('the configuration of an agent', () => {
  it('needs the stations, their keys and nothing else; the rest is of a real network', () => {
    const relation = onlyRelation(LEAST);
    expect(relation).toMatchObject({
      relation: 0,
      engine: 'aes-128-gcm',
      sendInterval: 1_000_000,
      rekeyInterval: 3_600_000_000_000,
      obsoleteTimeout: 100_000_000,
      delivery: 'newest',
      keyGeneration: 500_000_000,
      channelDelay: 10_000_000,
      initiatorFrameId: 0x8001,
      followerFrameId: 0x8002,
      nRttEvery: 24,
      announcementTimeout: 60_000_000_000,
      silence: 5_000_000_000,
    });
    expect(parseAgentConfiguration(LEAST, 'agent.json')).toMatchObject({
      identity: 'plc.id',
      agreements: 8,
      poll: 10,
      state: '/var/lib/keyturn/agent.json',
      control: '/run/keyturn/agent.sock',
      metricsPort: 0,
      logLevel: 'info',
    });
    expect(addressOctets(relation.followerAddress)).toEqual(Uint8Array.of(2, 0, 0, 0, 0, 0xfe));
  });

  it('lets a key be rekeyed before the AEAD limit, by the time that a rekey takes, unless something sooner is said', () => {
    // q <= (2^(64.5-57/2) - 1) / (L + 1) with 92 blocks of a frame of 1440 octets, of which one is AAD
    const { framesPerKey, rekeyFrames } = onlyRelation(LEAST);
    expect(framesPerKey).toBe(Math.floor((2 ** 36 - 1) / 93));
    expect(rekeyFrames).toBeLessThan(framesPerKey);
    expect(rekeyFrames).toBeGreaterThan(1000);
    expect(onlyRelation({ ...LEAST, rekeyFrames: 5000 }).rekeyFrames).toBe(5000);
    expect(() => parseAgentConfiguration({ ...LEAST, rekeyFrames: framesPerKey, rekeyInterval: 0 }, 'agent.json')).toThrow('E6');
  });

  it('names each field that is wrong, what it found and what it expected, on a line of its own', () => {
    const wrong = { ...LEAST, initiatorAddress: '02:0', identity: 7, pol: 3, peerPublicKey: 'abc', poll: 0 };
    expect(() => parseAgentConfiguration(wrong, 'agent.json')).toThrow(
      [
        'agent.json:',
        '  initiatorAddress: expected a text like 02:00:00:00:00:01, found the text "02:0"',
        '  peerPublicKey: expected a text like e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c, found the text "abc"',
        '  identity: expected a text like /etc/keyturn/plc.id, found 7',
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

describe('the configuration of an agent with several relations', () => {
  const { followerAddress: _, psk: __, peerPublicKey: ___, ...SHARED } = LEAST;
  const device = (number: number, settings: Readonly<Record<string, unknown>> = {}) => ({
    relation: number,
    followerAddress: `02:00:00:00:01:0${number}`,
    followerFrameId: 0x8100 + number,
    psk: `device-${number}.psk`,
    peerPublicKey: String(number).repeat(64),
    ...settings,
  });

  it('has up to 256 of them', () => {
    const relations = Array.from({ length: 256 }, (_, index) => device(1 + (index % 9)));
    expect(parseAgentConfiguration({ ...SHARED, relations }, 'agent.json').relations).toHaveLength(256);
  });

  it('looks where events are unless it is told to look at all of them', () => {
    const look = (settings: Readonly<Record<string, unknown>>): string =>
      parseAgentConfiguration({ ...SHARED, relations: [device(1)], ...settings }, 'agent.json').look;
    expect([look({}), look({ look: 'events' }), look({ look: 'all' })]).toEqual(['events', 'events', 'all']);
    expect(() => look({ look: 'none' })).toThrow('agent.json: relations[0]:\n  look: expected events or all, found the text "none"');
  });

  it('takes what stands beside them for each that does not say otherwise', () => {
    const input = { ...SHARED, silence: 7e9, agreements: 3, relations: [device(1), device(2, { silence: 9e9, delivery: 'window' })] };
    const { relations, agreements } = parseAgentConfiguration(input, 'agent.json');
    expect(agreements).toBe(3);
    expect(relations).toMatchObject([
      {
        relation: 1,
        followerFrameId: 0x8101,
        psk: 'device-1.psk',
        silence: 7e9,
        delivery: 'newest',
        initiatorAddress: SHARED.initiatorAddress,
      },
      {
        relation: 2,
        followerFrameId: 0x8102,
        psk: 'device-2.psk',
        silence: 9e9,
        delivery: 'window',
        initiatorAddress: SHARED.initiatorAddress,
      },
    ]);
    expect(agentSchema.safeParse(input).success).toBe(true);
    expect(agentSchema.safeParse(LEAST).success).toBe(true);
    expect(agentSchema.safeParse(SHARED).success).toBe(false);
  });

  it.each([
    [[device(1), device(2, { silence: 'long' })], 'agent.json: relations[1]:\n  silence: expected a whole number'],
    [[device(1, { psk: undefined })], 'agent.json: relations[0]:\n  psk: expected a text like /etc/keyturn/line.psk'],
    [[device(1, { identity: 'other.id' })], 'agent.json: relations[0]:\n  identity: a station has it once; put it beside relations'],
    [[device(1, { obsoleteTimeout: 0 })], 'agent.json: relations[0]: the connection would not be seamless'],
    [[], 'relations: expected a list of 1 to 256 objects of settings; leave it out for one relation'],
    [Array.from({ length: 257 }, () => device(1)), 'relations: expected a list of 1 to 256'],
    [{ first: device(1) }, 'relations: expected a list of 1 to 256'],
    [[device(1), 7], 'relations: expected a list of 1 to 256'],
    [[device(1), null], 'relations: expected a list of 1 to 256'],
  ])('names the relation that something is wrong with: %#', (relations, message) => {
    expect(() => parseAgentConfiguration({ ...SHARED, relations }, 'agent.json')).toThrow(message);
  });

  it('is one of one station: another number and FrameID to receive under for each relation, and one address for all', () => {
    const relationsOf = (...relations: unknown[]) => parseAgentConfiguration({ ...SHARED, relations }, 'agent.json').relations;
    const good = relationsOf(device(1), device(2));
    expect(() => requireOneStation('initiator', good, 'agent.json')).not.toThrow();
    // devices that share the FrameID of the controller's frames are others' business, and a device has one address
    expect(() => requireOneStation('follower', good, 'agent.json')).toThrow(
      'agent.json:\n' +
        '  initiatorFrameId: expected another for each relation, which frames to this station are told apart by, found 32769 more than once\n' +
        '  followerAddress: expected one address, that of this station, found 2',
    );
    expect(() => requireOneStation('initiator', relationsOf(device(1), device(1)), 'agent.json')).toThrow(
      'agent.json:\n' +
        '  relation: expected another number for each relation of the station, found 1 more than once\n' +
        '  followerFrameId: expected another for each relation, which frames to this station are told apart by, found 33025 more than once',
    );
  });
});
