/** Parts to build from. @module hdl-gen/library */
export { asyncFifo, readSide, writeSide } from './async-fifo.ts';
export { buildAxiLiteBus, buildWaitingAxiLiteBus, RESPONSE, type RegisterAccess, type WaitingRegisterAccess } from './axi-lite-bus.ts';
export { axiLiteRegisterBlock, type RegisterBlockOptions, type RegisterBlockPorts } from './axi-lite-register-block.ts';
export { type AxiLiteSplitOptions, axiLiteSplit, type PageSpan } from './axi-lite-split.ts';
export { type Axi3BridgeOptions, axi3Bridge } from './axi3-bridge.ts';
export { type Axi3, type AxiLite, axi3, axiLite, gmii, type Manager, rmii, type Subordinate } from './buses.ts';
export { crc32, crc32Step } from './crc32.ts';
export { frameArbiter } from './frame-arbiter.ts';
export { frameFifo } from './frame-fifo.ts';
export { checkRegisterMap, type RegisterDescription, type RegisterField, type RegisterMap } from './register-map.ts';
export { roundRobinArbiter } from './round-robin-arbiter.ts';
export { skidBuffer } from './skid-buffer.ts';
export { syncFifo } from './sync-fifo.ts';
export { fromSide, pulseSynchroniser, resetSide, resetSynchroniser, synchroniser, toSide } from './synchroniser.ts';
export { downsizer, octetPayload, upsizer } from './width-converter.ts';
