/** Ten public designs: each is small, and shows something. @module hdl-gen/examples */
export { averager } from './averager.ts';
export { CORDIC_LATENCY, cordic, ONE } from './cordic.ts';
export { divider } from './divider.ts';
export { firFilter } from './fir.ts';
export { life } from './life.ts';
export { PWM_REGISTERS, pwm } from './pwm.ts';
export { rv32i } from './rv32i.ts';
export { SpiPins, spiController } from './spi.ts';
export { uartReceiver, uartTransmitter } from './uart.ts';
export { type Timing, VGA, videoTiming } from './vga.ts';
