/** Proofs that tests ask for again: all whose question has changed, and a few of the others by chance. `KEYTURN_PROOFS=all` asks all. */
import { type ProofOptions, prove } from '../../../hdl-gen/formal/prove.ts';
import { questionDigest, readProofRecord, recordName } from '../../../hdl-gen/formal/record.ts';
import type { ModuleIr } from '../../../hdl-gen/ir/module.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { ALL } from '../../one-in.ts';

const SEED = Number(process.env['PROOFS_SEED'] ?? Date.now() % 2 ** 31);
/** Of those that are on record. */
const ASKED_AGAIN = 0.03;

export const WHICH_ARE_ASKED = `asked again: ${ALL ? 'all' : `by PROOFS_SEED=${SEED}`}; KEYTURN_PROOFS=all asks all`;

/** @param file the record */
export function proofsOnRecord(file: string) {
  const record = readProofRecord(file);
  const random = new Random(SEED);
  /** whose question is another one than on record: each is asked every time, which takes time and is told by nothing else */
  const stale: string[] = [];
  return {
    stale: stale as readonly string[],
    /** @returns the obligations of a proof: as the record has them, or as the solver proves them now */
    obligationsOf: async (claim: string, module: ModuleIr, options: ProofOptions): Promise<number> => {
      const again = random.chance(ASKED_AGAIN);
      const name = recordName(claim, options);
      const known = record[name];
      const isKnown = known?.question === questionDigest(module, options);
      if (!isKnown) stale.push(name);
      if (isKnown && !again && !ALL) return known.obligations;
      return (await prove(module, options)).obligations;
    },
  };
}
