/** What the program decides about signals itself. Needs the package `typescript`. @module hdl-gen/lint */
export { type HostDecision, hostDecisions } from './host-decisions.ts';
export { programOf } from './program.ts';
