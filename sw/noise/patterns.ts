/** Handshake patterns between parties that know each other's static keys (Noise rev 34, sections 7.5 and 9.4). */
export type Token = 'e' | 'es' | 'se' | 'ee' | 'ss' | 'psk';

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
} as const satisfies Record<string, Pattern>;

export type PatternName = keyof typeof patterns;
export const PATTERNS: Readonly<Record<PatternName, Pattern>> = patterns;

export function usesPsk({ messages }: Pattern): boolean {
  return messages.some((tokens) => tokens.includes('psk'));
}
