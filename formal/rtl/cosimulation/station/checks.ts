/** All that is checked of a whole station on the bench, the quickest first where there is a choice. */
import { COMMAND_CHECKS } from './commands.ts';
import { CONSUMER_IMAGE_CHECKS } from './consumer-images.ts';
import { PAGE_CHECKS } from './pages.ts';
import { PROVIDER_IMAGE_CHECKS } from './provider-images.ts';
import type { StationCheck } from './station-check.ts';
import { TRAFFIC_CHECKS } from './traffic.ts';

export const STATION_CHECKS: readonly StationCheck[] = [...TRAFFIC_CHECKS, ...COMMAND_CHECKS, ...PAGE_CHECKS];

/** Of a station that was generated with a memory for images. */
export const IMAGE_CHECKS: readonly StationCheck[] = [...CONSUMER_IMAGE_CHECKS, ...PROVIDER_IMAGE_CHECKS];
