/** What the drawn pages share: colours for light and dark screens, and text made safe for XML. */
import type { SlotState } from '../../spec/slot-machine.ts';

/** Okabe and Ito's palette, which colour-blind readers can tell apart; as in the timelines of the simulation. */
export const STATE_COLOUR: Readonly<Record<SlotState, { readonly fill: string; readonly text: string }>> = {
  Unused: { fill: '#e6e8eb', text: '#4a4f55' },
  Pending: { fill: '#f0e442', text: '#222222' },
  Active: { fill: '#007a59', text: '#ffffff' },
  Obsolete: { fill: '#e69f00', text: '#222222' },
};

/** A page looks at its picture through an image element: only a style inside the picture reaches it there. */
const STYLE = `
  svg { --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #c4cad1; --frame: #0b63a5; --late: #8250df; --bad: #cf3a00; --wash: #fff1eb; }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #14181d; --ink: #e6edf3; --soft: #9aa4af; --line: #3d444d; --frame: #6cb6ff; --late: #c297ff; --bad: #ff8a5c; --wash: #3a1d12; }
  }
  .paper { fill: var(--paper); } .ink { fill: var(--ink); } .soft { fill: var(--soft); } .bad { fill: var(--bad); }
  .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 5px; stroke-linejoin: round; }
  .mono { font-family: ui-monospace, monospace; }
`;

/** A picture on its own sheet. @param label what it shows, for those who can't see it */
export function sheet(width: number, height: number, label: string, style: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(label)}" font-family="system-ui, sans-serif" font-size="13">`,
    `<style>${STYLE}${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="8"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Lines of at most so many characters, broken between words. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
