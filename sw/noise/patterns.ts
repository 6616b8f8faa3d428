/**
 * Handshake patterns between parties that know each other's static keys (Noise rev 34, sections 7.5 and 9.4), and one with the modifier `hfs`
 * ("KEM-based Hybrid Forward Secrecy for Noise", revision 1). It puts `e1` behind the first DH of the message, and `ekem1` behind `ee`: so
 * says its section 5, whose table has `e1` in front of that DH for KK alone.
 */
export type Token = 'e' | 'es' | 'se' | 'ee' | 'ss' | 'psk' | 'e1' | 'ekem1';

export interface Pattern {
  readonly name: string;
  readonly messages: readonly (readonly Token[])[];
}

const patterns = {
  KK: {
    name: 'KK',
    messages: [
      ['e', 'es', 'ss'],
      ['e', 'ee', 'se'],
    ],
  },
  KKpsk0: {
    name: 'KKpsk0',
    messages: [
      ['psk', 'e', 'es', 'ss'],
      ['e', 'ee', 'se'],
    ],
  },
  KKpsk2: {
    name: 'KKpsk2',
    messages: [
      ['e', 'es', 'ss'],
      ['e', 'ee', 'se', 'psk'],
    ],
  },
  'KKhfs+psk0': {
    name: 'KKhfs+psk0',
    messages: [
      ['psk', 'e', 'es', 'e1', 'ss'],
      ['e', 'ee', 'ekem1', 'se'],
    ],
  },
} as const satisfies Record<string, Pattern>;

export type PatternName = keyof typeof patterns;
export const PATTERNS: Readonly<Record<PatternName, Pattern>> = patterns;

export function usesPsk({ messages }: Pattern): boolean {
  return messages.some((tokens) => tokens.includes('psk'));
}

export function usesKem({ messages }: Pattern): boolean {
  return messages.some((tokens) => tokens.includes('e1'));
}
