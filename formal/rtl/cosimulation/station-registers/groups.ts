/** The registers of a station, by what keeps their words. */
import { IMAGE_REGISTERS } from '../../../../spec/image-registers.ts';
import { MAP_VERSION_REGISTER, REGISTERS, type Register } from '../../../../spec/registers.ts';
import { PAGE_REGISTERS, STATION_REGISTERS } from '../../../../spec/station-registers.ts';

/** In the order of the one-hot choice. */
export const PARAMETERS: readonly Register[] = [
  ...[REGISTERS.control, REGISTERS.destinationHigh, REGISTERS.destinationLow, REGISTERS.vlanTci],
  ...[REGISTERS.transmitFrameId, REGISTERS.receiveFrameId, REGISTERS.counterThreshold],
];
/** In the order of the memory of counts. */
export const COUNTS: readonly Register[] = [
  ...[REGISTERS.framesReceived, REGISTERS.framesMalformed, REGISTERS.framesDelivered, REGISTERS.framesStale],
  ...[REGISTERS.framesUnknownKey, REGISTERS.framesIcvFailed, REGISTERS.framesSent, STATION_REGISTERS.framesRefused],
];
export const SEEN: readonly Register[] = [REGISTERS.status, REGISTERS.request, REGISTERS.transmitCounter];
/** As a page has it: a station tells of more than one relation would. */
const inPage = (register: Register): Register => PAGE_REGISTERS.find(({ name }) => name === register.name) ?? register;
/** In the order of the one-hot choice. */
export const IMAGES: readonly Register[] = [
  ...[IMAGE_REGISTERS.providerLayout, IMAGE_REGISTERS.sendSchedule, IMAGE_REGISTERS.providerPublish, IMAGE_REGISTERS.sendLate],
  ...[IMAGE_REGISTERS.consumerLayout, IMAGE_REGISTERS.dataHold, IMAGE_REGISTERS.consumerAcquire],
  ...[IMAGE_REGISTERS.providerImage, IMAGE_REGISTERS.consumerImage],
];
export const KEPT: readonly Register[] = [
  ...[REGISTERS.interruptEnable, REGISTERS.obsoleteTimeout, REGISTERS.sourceHigh, REGISTERS.sourceLow, STATION_REGISTERS.frameIdBase],
].map(inPage);
export const STAGING: readonly Register[] = PAGE_REGISTERS.filter(({ secret }) => secret);
export const COMMANDS: readonly Register[] = [REGISTERS.keyPush, REGISTERS.cancel, REGISTERS.eraseAll];
export const RESULTS: readonly Register[] = [REGISTERS.pushResult, REGISTERS.cancelResult, REGISTERS.status];
export const RECORDS: readonly Register[] = [
  REGISTERS.transmitData,
  REGISTERS.receiveData,
  REGISTERS.receiveLevel,
  STATION_REGISTERS.receiveRelation,
];
/** What a station says of itself, and counts for all. */
export const ITS_OWN: readonly Register[] = [
  ...[REGISTERS.identification, REGISTERS.capabilities, REGISTERS.buildId, MAP_VERSION_REGISTER, IMAGE_REGISTERS.imageCapacity],
  ...[REGISTERS.framesPassed, REGISTERS.framesOverflowed, inPage(REGISTERS.stalledCycles)],
];
export const EVENTS: readonly Register[] = [STATION_REGISTERS.event, inPage(REGISTERS.interruptStatus)];

/** What is written in it changes nothing that another register reads. */
export function isApart(register: Register | undefined): boolean {
  return register !== undefined && (PARAMETERS.includes(register) || IMAGES.includes(register) || register === REGISTERS.sourceLow);
}
