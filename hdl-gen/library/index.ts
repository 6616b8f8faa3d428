/** Parts to build from. @module */
export { asyncFifo, readSide, writeSide } from './async-fifo.ts';
export { fromSide, pulseSynchroniser, resetSynchroniser, synchroniser, toSide } from './synchroniser.ts';
