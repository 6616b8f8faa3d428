import type { Ignorer } from '@stryker-mutator/api/ignore';

export const strykerPlugins: readonly { readonly value: Ignorer }[];
