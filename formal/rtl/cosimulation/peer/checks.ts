/** All that is checked of a whole peer on the bench, the quickest first where there is a choice. */
import { CANCELLING } from './cancelling.ts';
import { ERASING } from './erasing.ts';
import type { PeerCheck } from './peer-check.ts';
import { RECEIVING } from './receiving.ts';
import { REGISTER_CHECKS } from './registers.ts';
import { SENDING } from './sending.ts';

export const PEER_CHECKS: readonly PeerCheck[] = [...SENDING, ...RECEIVING, ...REGISTER_CHECKS, ...ERASING, ...CANCELLING];
