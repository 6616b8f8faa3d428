/** All that is checked of a whole station on the bench, the quickest first where there is a choice. */
import { COMMAND_CHECKS } from './commands.ts';
import { CONSUMER_IMAGE_CHECKS } from './consumer-images.ts';
import { EVENT_CHECKS } from './events.ts';
import { PAGE_CHECKS } from './pages.ts';
import { PROVIDER_IMAGE_CHECKS } from './provider-images.ts';
import { RECEIVING_CHECKS } from './receiving.ts';
import { SENDING_CHECKS } from './sending.ts';
import type { StationCheck } from './station-check.ts';

export const STATION_CHECKS: readonly StationCheck[] = [
  ...SENDING_CHECKS,
  ...RECEIVING_CHECKS,
  ...EVENT_CHECKS,
  ...COMMAND_CHECKS,
  ...PAGE_CHECKS,
];

/** Of a station that was generated with a memory for images. */
export const IMAGE_CHECKS: readonly StationCheck[] = [...CONSUMER_IMAGE_CHECKS, ...PROVIDER_IMAGE_CHECKS];
