/** Primitives of Xilinx 7 series, as foreign modules with models. @module hdl-gen/library/xilinx */
export { BUFG, IBUF, IBUF_OF_CLOCK, IOBUF, OBUF } from './buffers.ts';
export { MMCME2_BASE } from './clock-manager.ts';
export { IDDR, ODDR } from './ddr.ts';
export { PS7 } from './ps7.ts';
