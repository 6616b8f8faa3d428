/** Test benches: tasks on simulated time, bus models, waveforms. @module hdl-gen/testbench */

export { AxiLiteMaster, type AxiLitePorts, axiLitePorts } from './bus/axi-lite.ts';
export { type Beat, StreamMonitor, StreamSink, StreamSource } from './bus/axi-stream.ts';
export { Axi3Manager, type BurstOptions, type ReadBeat } from './bus/axi3.ts';
export { fcsOf, type PhyReceive, PhySink, PhySource, type PhyTransmit } from './bus/ethernet.ts';
export { Axi3Violation, AxiLiteError, Deadlock, DriveConflict, FrameError, StreamViolation, Timeout } from './errors.ts';
export { type BenchPorts, type Driven, type Observed, type PortView, presentOf, sampledOf } from './ports.ts';
export type { Task, UntilOptions } from './scheduler.ts';
export { type Testbench, type TestbenchOptions, testbench } from './testbench.ts';
export { waveSvg } from './waves/svg.ts';
export { waveText } from './waves/text.ts';
export { type Trace, type Traced, TraceRecorder, traced } from './waves/trace.ts';
export { type WaveJson, waveJson } from './waves/wavejson.ts';
