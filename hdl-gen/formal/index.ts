/** Proofs of assertions, and that two designs are the same. @module hdl-gen/formal */
export { type Description, type Equivalence, NotEquivalent, proveEquivalent } from './equivalence.ts';
export * from './prove.ts';
