/** What agents that have just started tell. */
import type { AgentStatus, RelationStatus } from '../../../sw/agent/status.ts';

export const RELATION: RelationStatus = {
  relation: 0,
  peer: '02:00:00:00:00:02',
  state: 'secured',
  associations: 1,
  rekeys: { '0-RTT': 0, 'n-RTT': 0 },
  failures: 0,
  slots: [],
  currentKeyId: 0,
  nextKeyId: 0,
  framesDelivered: 0,
};

export const STATUS: AgentStatus = {
  role: 'initiator',
  state: 'secured',
  uptime: 1,
  starts: 1,
  associations: 1,
  agreementsAtOnce: 1,
  relations: [RELATION],
};
