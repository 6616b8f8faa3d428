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

/** @param file the record @returns the obligations of a proof: as the record has them, or as the solver proves them now */
export function proofsOnRecord(file: string): (claim: string, module: ModuleIr, options: ProofOptions) => Promise<number> {
  const record = readProofRecord(file);
  const random = new Random(SEED);
  return async (claim, module, options) => {
    const again = random.chance(ASKED_AGAIN);
    const known = record[recordName(claim, options)];
    if (known !== undefined && !again && !ALL && known.question === questionDigest(module, options)) return known.obligations;
    return (await prove(module, options)).obligations;
  };
}
