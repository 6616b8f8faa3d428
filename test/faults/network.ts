/** Faults in what attacks and compares: the attacker, lockstep, the copies of keys in the bench. */
import type { Fault } from './fault.ts';

export const NETWORK_FAULTS: readonly Fault[] = [
  {
    id: 'J15',
    what: 'the attacker never flips a bit of the KeyIds or of the counter',
    file: 'sim/network/attacker.ts',
    find: '    const behind = frameIdAt(frame) + 2;\n    const place',
    replace: '    const behind = frameIdAt(frame) + 7;\n    const place',
    seenBy: { file: 'test/sim/network/attacker.test.ts', test: 'KeyIds and counter included' },
  },
  {
    id: 'J16',
    what: 'lockstep skips the last output',
    file: 'hdl-gen/sim/lockstep.ts',
    find: 'if (!isSampled(at)) continue;',
    replace: 'if (!isSampled(at) || at % second.outputWords === second.outputWords - 1) continue;',
    seenBy: { file: 'test/hdl-gen/sim/lockstep.test.ts', test: "of output 'held'" },
  },
  {
    id: 'P3b',
    what: 'the initiator of the bench rekeys by the interrupt of the counter alone',
    file: 'sw/control-plane/initiator.ts',
    find: 'if (!late && (await this.#driver.transmitCounter()) < this.#share * (frames ?? 0)) return;',
    replace: 'if (!late && (await this.#driver.transmitCounter()) < 3) return;',
    seenBy: { file: 'test/sim/rekey-triggers.test.ts', test: 'begin one rekey' },
  },
  {
    id: 'P8b',
    what: 'the scoreboard keeps its copy of a refused key',
    file: 'sim/station-scoreboard.ts',
    find: '      } finally {\n        zeroize(pushing.material);\n      }',
    replace: "        if (result === 'accepted') zeroize(pushing.material);\n      } finally {\n      }",
    seenBy: { file: 'test/sim/station-scoreboard.test.ts', test: 'of a key nothing stays in the copy of the scoreboard' },
  },
];
