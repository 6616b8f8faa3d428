/** What an agent that has just started tells. */
import type { AgentStatus } from '../../../sw/agent/status.ts';

export const STATUS: AgentStatus = {
  role: 'initiator',
  relation: 0,
  peer: '02:00:00:00:00:02',
  state: 'secured',
  uptime: 1,
  starts: 1,
  associations: 1,
  rekeys: { '0-RTT': 0, 'n-RTT': 0 },
  failures: 0,
  slots: [],
  currentKeyId: 0,
  nextKeyId: 0,
  framesDelivered: 0,
};
