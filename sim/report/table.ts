/** The result as text for a terminal. */
import type { Counts, RekeyRecord, SimulationResult } from './result.ts';

/** Rekeys shown one by one; of more, the rest is summed up. */
const REKEYS_SHOWN = 24;

const ROWS: readonly (readonly [keyof Counts, string])[] = [
  ['framesSent', 'frames sent'],
  ['framesDelivered', 'delivered'],
  ['framesLostByChannel', 'lost by the channel'],
  ['staleDropped', 'overtaken, dropped'],
  ['duplicatesDropped', 'duplicates dropped'],
  ['undecryptable', 'undecryptable'],
  ['forgedRejected', 'forged, rejected'],
  ['forgedAccepted', 'forged, accepted'],
  ['replayedRejected', 'replayed, rejected'],
  ['replayedAccepted', 'replayed, accepted'],
  ['reflectedRejected', 'reflected, rejected'],
  ['hostFrames', 'host frames, unchanged'],
  ['dedicatedMessages', 'dedicated messages'],
  ['stalledCycles', 'stalled cycles'],
];

export const STEPS: readonly (readonly [keyof RekeyRecord['steps'], string])[] = [
  ['followerInstalled', 'F installed'],
  ['initiatorProviderSwitch', 'I sends new'],
  ['followerSwitch', 'F switched'],
  ['initiatorConsumerSwitch', 'I switched'],
  ['followerTimeout', 'F old gone'],
  ['initiatorTimeout', 'I old gone'],
];

export function resultTable(result: SimulationResult): string {
  const { direction, total, rekeys } = result;
  const figures = table([
    ['', 'initiator →', 'follower →', 'total'],
    ...ROWS.map(([key, label]) => [label, String(direction.initiator[key]), String(direction.follower[key]), String(total[key])]),
    ['differences from the model', '', '', String(result.modelMismatches)],
  ]);
  const steps = table([
    ['rekey', 'kind', 'KeyIds', 'announced µs', ...STEPS.map(([, label]) => label), 'messages', 'stalled'],
    ...rekeys
      .slice(0, REKEYS_SHOWN)
      .map((rekey) => [
        String(rekey.number),
        rekey.kind,
        `${rekey.fromKeyId} → ${rekey.toKeyId}`,
        (rekey.announcedAtNs / 1000).toFixed(1),
        ...STEPS.map(([key]) => String(rekey.steps[key] ?? '–')),
        String(rekey.dedicatedMessages),
        String(rekey.stalledCycles),
      ]),
    ...(rekeys.length > 1
      ? (['min', 'median', 'max'] as const).map((which) => [
          which,
          '',
          '',
          '',
          ...STEPS.map(([key]) => quantile(rekeys, key, which)),
          '',
          '',
        ])
      : []),
  ]);
  const hidden = rekeys.length > REKEYS_SHOWN ? `… and ${rekeys.length - REKEYS_SHOWN} more rekeys\n` : '';
  const notes = result.caveats.map((caveat) => `note: ${caveat}\n`).join('');
  return `${figures}\ncycles from the announcement (1 cycle = ${result.cycleNs} ns):\n${steps}${hidden}\n${notes}`;
}

function quantile(rekeys: readonly RekeyRecord[], step: keyof RekeyRecord['steps'], which: 'min' | 'median' | 'max'): string {
  const values = rekeys.flatMap((rekey) => rekey.steps[step] ?? []).sort((a, b) => a - b);
  const index = which === 'min' ? 0 : which === 'max' ? values.length - 1 : Math.floor(values.length / 2);
  return String(values[index] ?? '–');
}

/** Columns aligned: the first to the left, the others to the right, or to the left where they are text. */
export function table(rows: readonly (readonly string[])[], others: 'numbers' | 'text' = 'numbers'): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 || others === 'text' ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
