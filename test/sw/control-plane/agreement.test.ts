/** The agents with an n-RTT agreement between them, each on registers in memory. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ZERO_RTT_MAX } from '../../../spec/agreement.ts';
import { FollowerAgreement, InitiatorAgreement } from '../../../sw/control-plane/agreement.ts';
import { RelationDriver } from '../../../sw/control-plane/driver.ts';
import { FollowerAgent } from '../../../sw/control-plane/follower.ts';
import { InitiatorAgent } from '../../../sw/control-plane/initiator.ts';
import type { AgentEvent } from '../../../sw/control-plane/key-source.ts';
import { KeySchedule } from '../../../sw/keys/key-schedule.ts';
import { ephemeral, messageOf, partiesOf, TIMING } from '../agreement/ends.ts';
import { FakeRegisters } from './fake-registers.ts';

const ACCEPTED = 1;
const REFUSED = 2;
const PUSH_READY = 1 << 24;
/** two slots, the provider's first Active, its second Pending */
const PENDING = 0b01_10;
const N_RTT = 0b01_00;
const request = (keyId: number): number => 1 | (keyId << 4);

/** An agent, what it sends and tells, and the times of its bench. */
let now: number;
let sent: Uint8Array[];
let events: AgentEvent[];
const port = { send: (frame: Uint8Array) => sent.push(frame), now: () => now, random: () => ephemeral() };
const onEvent = (event: AgentEvent): void => {
  events.push(event);
};
const kinds = (): readonly string[] => sent.splice(0).map((frame) => messageOf(frame).kind);

beforeEach(() => {
  now = 0;
  sent = [];
  events = [];
});

const schedule = (): KeySchedule => new KeySchedule(new Uint8Array(32).fill(3));

async function initiator(every: number, keys = schedule(), announcement?: number, mayBegin?: () => boolean) {
  const registers = new FakeRegisters();
  registers.set('pushResult', ACCEPTED);
  registers.set('capabilities', 2);
  const agreement = new InitiatorAgreement(partiesOf('initiator'), TIMING, port);
  const trigger = { time: 50, ...(announcement === undefined ? {} : { announcement }) };
  const agent = new InitiatorAgent(new RelationDriver(registers), keys, trigger, () => now, onEvent, { agreement, every, mayBegin });
  await agent.start();
  registers.set('status', PUSH_READY);
  return { registers, agreement, agent, keys };
}

async function follower(keys = schedule()) {
  const registers = new FakeRegisters();
  registers.set('pushResult', ACCEPTED);
  const agreement = new FollowerAgreement(partiesOf('follower'), port);
  const agent = new FollowerAgent(new RelationDriver(registers), keys, onEvent, undefined, agreement);
  await agent.start();
  return { registers, agreement, agent, keys };
}

/** Carries what was sent to the other end. */
function carry(to: { receive(frame: Uint8Array): boolean }): void {
  for (const frame of sent.splice(0)) expect(to.receive(frame)).toBe(true);
}

/** An n-RTT agreement, from its beginning to the message that confirms the follower's key. */
async function agreed(i: Awaited<ReturnType<typeof initiator>>, f: Awaited<ReturnType<typeof follower>>): Promise<void> {
  now = 50;
  await i.agent.service();
  carry(f.agreement);
  carry(i.agreement);
  await i.agent.service();
  carry(f.agreement);
}

/** Nobody answers, until the agreement has failed. */
function giveUp(agreement: InitiatorAgreement): void {
  for (let left = 100; agreement.dueAt !== undefined; left--) {
    if (left === 0) expect.fail('it never gives up');
    now = agreement.dueAt;
    agreement.tick();
  }
}

describe('agents with an n-RTT agreement', () => {
  it('M10: the initiator confirms when its hardware has the key, the follower pushes when it is confirmed and asked for', async () => {
    const [i, f] = [await initiator(1), await follower()];
    now = 50;
    await i.agent.service();
    expect(i.registers.written('keyPush')).toEqual([0]);
    carry(f.agreement);
    f.registers.set('request', request(N_RTT));
    await f.agent.service();
    expect(f.registers.written('keyPush')).toEqual([0]);
    expect(events.at(-1)).toEqual({ kind: 'nRttRequested', keyId: N_RTT });
    carry(i.agreement);
    expect(i.registers.written('keyPush')).toEqual([0]);
    await i.agent.service();
    expect(i.registers.written('keyPush')).toEqual([0, N_RTT]);
    expect(sent.map((frame) => messageOf(frame).kind)).toEqual(['confirmation']);
    f.registers.set('request', 0);
    carry(f.agreement);
    await f.agent.service();
    expect(f.registers.written('keyPush')).toEqual([0]);
    f.registers.set('request', request(N_RTT));
    await f.agent.service();
    expect(f.registers.written('keyPush')).toEqual([0, N_RTT]);
    expect(f.keys.keyId).toEqual({ master: 1, communication: 0 });
    expect(f.keys.material('follower').transmit).toEqual(i.keys.material('initiator').receive);
    expect(f.keys.agreementPsk()).toEqual(i.keys.agreementPsk());
  });

  it('the initiator confirms again and again, until its provider uses the key; the next rekey waits for nothing of it', async () => {
    const [i, f] = [await initiator(2), await follower()];
    now = 50;
    await i.agent.service();
    now = 100;
    await i.agent.service();
    carry(f.agreement);
    carry(i.agreement);
    i.registers.set('status', PUSH_READY);
    await i.agent.service();
    i.registers.set('status', PENDING);
    for (let time = 0; time < 3; time++) {
      now = i.agreement.dueAt ?? Number.NaN;
      i.agreement.tick();
      await i.agent.service();
    }
    expect(kinds()).toEqual(['confirmation', 'confirmation', 'confirmation', 'confirmation']);
    i.registers.set('status', PUSH_READY);
    await i.agent.service();
    expect(i.agreement.dueAt).toBeUndefined();
    expect(i.registers.written('keyPush')).toEqual([0, 1, N_RTT, N_RTT + 1]);
  });

  it('a failed agreement is told with its reason; a 0-RTT rekey takes its place at once, and the next rekey tries again', async () => {
    const { registers, agreement, agent } = await initiator(1);
    now = 50;
    await agent.service();
    giveUp(agreement);
    await agent.service();
    expect(events.at(-2)).toEqual({
      kind: 'agreementFailed',
      failure: { keyId: { master: 1, communication: 0 }, attempt: 1, reason: 'noAnswer' },
    });
    expect(registers.written('keyPush')).toEqual([0, 1]);
    sent.length = 0;
    now += 50;
    await agent.service();
    expect(sent.map((frame) => messageOf(frame).attempt)).toEqual([2]);
    expect(registers.written('keyPush')).toEqual([0, 1]);
  });

  it('M12: an announcement is withdrawn when its time is over, and the other kind takes its place; once under each Active key', async () => {
    const { registers, agreement, agent, keys } = await initiator(9, schedule(), 20);
    const f = await follower();
    now = 50;
    await agent.service();
    expect(agent.dueAt).toBe(70);
    registers.set('status', PENDING);
    registers.set('cancelResult', ACCEPTED);
    now = 69;
    await agent.service();
    expect(registers.written('cancel')).toEqual([]);
    now = 70;
    await agent.service();
    expect(registers.written('cancel')).toHaveLength(1);
    expect(events.at(-1)).toEqual({ kind: 'announcementWithdrawn', keyId: { master: 0, communication: 1 } });
    expect(keys.keyId).toEqual({ master: 0, communication: 0 });
    // its KeyId is blocked, so only an n-RTT rekey is possible, and it is tried again when it fails
    registers.set('status', PUSH_READY);
    await agent.service();
    giveUp(agreement);
    sent.length = 0;
    await agent.service();
    expect(kinds()).toEqual(['request']);
    now = agreement.dueAt ?? now;
    agreement.tick();
    carry(f.agreement);
    carry(agreement);
    await agent.service();
    expect(registers.written('keyPush')).toEqual([0, 1, N_RTT]);
    registers.set('status', PENDING);
    now += 1000;
    await agent.service();
    expect(registers.written('cancel')).toHaveLength(1);
    // the switch makes it the first again
    registers.set('status', PUSH_READY);
    now += 1000;
    await agent.service();
    registers.set('status', PENDING);
    now += 20;
    await agent.service();
    expect(registers.written('cancel')).toHaveLength(2);
    expect(keys.keyId).toEqual({ master: 1, communication: 0 });
  });

  it('M12: an n-RTT announcement that is withdrawn is confirmed no more, and a 0-RTT rekey under the old master key follows', async () => {
    const { registers, agreement, agent, keys } = await initiator(1, schedule(), 20);
    const f = await follower();
    now = 50;
    await agent.service();
    carry(f.agreement);
    carry(agreement);
    await agent.service();
    expect(kinds()).toEqual(['confirmation']);
    const announcedAt = now;
    registers.set('status', PENDING);
    registers.set('cancelResult', ACCEPTED);
    now = announcedAt + 20;
    await agent.service();
    expect(agreement.phase).toBe('idle');
    registers.set('status', PUSH_READY);
    await agent.service();
    expect(registers.written('keyPush')).toEqual([0, N_RTT, 1]);
    const straight = schedule();
    straight.advance();
    expect(keys.material('initiator')).toEqual(straight.material('initiator'));
  });

  it('M12: a cancel that comes too late changes nothing, and none is tried where no other rekey is possible', async () => {
    const { registers, agent, keys } = await initiator(9, schedule(), 20);
    now = 50;
    await agent.service();
    registers.set('status', PENDING);
    registers.set('cancelResult', REFUSED);
    for (now = 70; now < 80; now++) await agent.service();
    expect(registers.written('cancel')).toHaveLength(1);
    expect(keys.keyId).toEqual({ master: 0, communication: 1 });
    registers.set('status', PUSH_READY);
    await agent.service();
    expect(() => keys.withdraw()).toThrow('no rekey leads to KeyId 0|1');

    const alone = new FakeRegisters();
    alone.set('pushResult', ACCEPTED);
    alone.set('capabilities', 2);
    const agentAlone = new InitiatorAgent(new RelationDriver(alone), schedule(), { time: 50, announcement: 20 }, () => now, onEvent);
    await agentAlone.start();
    alone.set('status', PUSH_READY);
    now += 50;
    await agentAlone.service();
    alone.set('status', PENDING);
    now += 1000;
    await agentAlone.service();
    expect(alone.written('cancel')).toEqual([]);
  });

  it('M12: a follower takes a key back that the hardware dropped, or that another request took the place of, and agrees anew', async () => {
    const f = await follower();
    const state = (): unknown => [f.keys.keyId, f.keys.agreementPsk()];
    const before = state();
    f.registers.set('request', request(1));
    await f.agent.service();
    expect(f.keys.keyId).toEqual({ master: 0, communication: 1 });
    // dropped: KeyId 0 is Active alone
    f.registers.set('request', 0);
    f.registers.set('capabilities', 2);
    f.registers.set('status', PUSH_READY | 0b10);
    await f.agent.service();
    expect(events.at(-1)).toEqual({ kind: 'keyDropped', keyId: { master: 0, communication: 1 } });
    expect(state()).toEqual(before);

    // a key that was put off
    f.registers.set('request', request(1));
    f.registers.set('pushResult', REFUSED);
    await f.agent.service();
    f.registers.set('pushResult', ACCEPTED);
    f.registers.set('request', request(N_RTT));
    await f.agent.service();
    expect(state()).toEqual(before);
    expect(events.at(-1)).toEqual({ kind: 'nRttRequested', keyId: N_RTT });
  });

  it('an agreement that was answered stands through a 0-RTT rekey, and through its withdrawal', async () => {
    const [i, f] = [await initiator(1), await follower()];
    now = 50;
    await i.agent.service();
    carry(f.agreement);
    carry(i.agreement);
    f.registers.set('request', request(1));
    await f.agent.service();
    // dropped: KeyId 0 is Active alone
    f.registers.set('request', 0);
    f.registers.set('capabilities', 2);
    f.registers.set('status', PUSH_READY | 0b10);
    await f.agent.service();
    expect(f.registers.written('keyPush')).toEqual([0, 1]);
    expect(events.at(-1)).toEqual({ kind: 'keyDropped', keyId: { master: 0, communication: 1 } });
    await i.agent.service();
    carry(f.agreement);
    expect(f.agreement.confirmed).toBe(true);
  });

  it('M12: a new master key whose key the hardware dropped may be agreed on again', async () => {
    const [i, f] = [await initiator(1), await follower()];
    await agreed(i, f);
    f.registers.set('request', request(N_RTT));
    await f.agent.service();
    expect(f.registers.written('keyPush')).toEqual([0, N_RTT]);
    f.registers.set('request', 0);
    f.registers.set('capabilities', 2);
    f.registers.set('status', PUSH_READY | 0b10);
    await f.agent.service();
    expect(events.at(-1)).toEqual({ kind: 'keyDropped', keyId: { master: 1, communication: 0 } });
    const again = new InitiatorAgreement(partiesOf('initiator'), TIMING, port);
    again.begin({ master: 1, communication: 0 }, f.keys.agreementPsk());
    carry(f.agreement);
    carry(again);
    expect(again.phase).toBe('agreed');
  });

  it('M10: a follower gives a confirmed master key for no other request', async () => {
    const [i, f] = [await initiator(1), await follower()];
    await agreed(i, f);
    f.registers.set('request', request(0b11_11));
    await f.agent.service();
    expect(f.registers.written('keyPush')).toEqual([0]);
    expect(events.at(-1)).toEqual({ kind: 'nRttRequested', keyId: 0b11_11 });
    expect(f.agreement.confirmed).toBe(true);
  });

  it('M12: a new master key that was confirmed, and is not asked for any more, gives way to the next agreement', async () => {
    const [i, f] = [await initiator(1, schedule(), 20), await follower()];
    await agreed(i, f);
    expect(f.agreement.confirmed).toBe(true);
    f.registers.set('request', request(1));
    await f.agent.service();
    expect(f.agreement.confirmed).toBe(false);
    expect(f.keys.keyId).toEqual({ master: 0, communication: 1 });
    i.registers.set('status', PENDING);
    i.registers.set('cancelResult', ACCEPTED);
    now += 20;
    await i.agent.service();
    i.agreement.begin({ master: 1, communication: 0 }, i.keys.agreementPsk());
    carry(f.agreement);
    expect(kinds()).toEqual(['answer']);
  });

  it('an agreed key that finds no free slot waits for one, unconfirmed', async () => {
    const [i, f] = [await initiator(1), await follower()];
    now = 50;
    await i.agent.service();
    carry(f.agreement);
    i.registers.set('status', PENDING);
    carry(i.agreement);
    await i.agent.service();
    expect(kinds()).toEqual([]);
    i.registers.set('status', PUSH_READY);
    await i.agent.service();
    expect(kinds()).toEqual(['confirmation']);
  });

  it('an agreement is begun once, and not before its turn', async () => {
    let turn = false;
    const { agent, agreement, registers } = await initiator(1, schedule(), undefined, () => turn);
    now = 50;
    await agent.service();
    expect(agreement.phase).toBe('idle');
    expect(kinds()).toEqual([]);
    turn = true;
    await agent.service();
    expect(kinds()).toEqual(['request']);
    await agent.service();
    expect(kinds()).toEqual([]);
    // what is under way comes to its end first
    agent.ask('0-RTT');
    await agent.service();
    expect(registers.written('keyPush')).toEqual([0]);
  });

  it('a key that the hardware refuses is not confirmed', async () => {
    const [i, f] = [await initiator(1), await follower()];
    now = 50;
    await i.agent.service();
    carry(f.agreement);
    carry(i.agreement);
    i.registers.set('pushResult', REFUSED);
    await expect(i.agent.service()).rejects.toThrow('the hardware refused KeyId 1|0');
    expect(kinds()).toEqual([]);
  });

  it('a follower puts a confirmed key off while no slot is free, and pushes the same one then', async () => {
    const [i, f] = [await initiator(1), await follower()];
    await agreed(i, f);
    f.registers.set('request', request(N_RTT));
    f.registers.set('pushResult', REFUSED);
    await f.agent.service();
    f.registers.set('pushResult', ACCEPTED);
    await f.agent.service();
    expect(f.registers.written('keyPush')).toEqual([0, N_RTT, N_RTT]);
    expect(f.keys.keyId).toEqual({ master: 1, communication: 0 });
  });

  /** A schedule at the end of its chain. */
  class Exhausted extends KeySchedule {
    override get exhausted(): boolean {
      return true;
    }
  }

  it(`after ${ZERO_RTT_MAX} 0-RTT rekeys only an agreement goes on, tried until it succeeds; without one that is told`, async () => {
    const { registers, agreement, agent } = await initiator(Number.POSITIVE_INFINITY, new Exhausted(new Uint8Array(32)));
    now = 50;
    await agent.service();
    giveUp(agreement);
    await agent.service();
    expect(registers.written('keyPush')).toEqual([0]);
    expect(messageOf(sent.at(-1) ?? new Uint8Array())).toMatchObject({ kind: 'request', attempt: 2 });
    const alone = new FakeRegisters();
    alone.set('pushResult', ACCEPTED);
    const without = new InitiatorAgent(new RelationDriver(alone), new Exhausted(new Uint8Array(32)), { time: 50 }, () => now, onEvent);
    await without.start();
    alone.set('status', PUSH_READY);
    now += 50;
    await without.service();
    expect(events.at(-1)).toEqual({ kind: 'chainExhausted', keyId: { master: 0, communication: 0 } });
    expect(alone.written('keyPush')).toEqual([0]);
  });

  it('is stopped with its agent: what was agreed on and not taken is zeroed', async () => {
    const [i, f] = [await initiator(1), await follower()];
    now = 50;
    await i.agent.service();
    carry(f.agreement);
    carry(i.agreement);
    i.agent.stop();
    f.agent.stop();
    expect(i.agreement.takeMasterKey()).toBeUndefined();
    expect(i.agreement.phase).toBe('idle');
    sent.length = 0;
    i.agreement.begin({ master: 1, communication: 0 }, new Uint8Array(32));
    carry(f.agreement);
    expect(f.agreement.dropped.outOfPlace).toBe(1);
  });
});
