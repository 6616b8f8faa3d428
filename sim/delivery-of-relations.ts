/** What each relation of a controller delivers: as all do, or late frames too. */
import { ConfigurationError } from '../spec/configuration.ts';
import type { Delivery } from '../spec/delivery.ts';
import type { SimulationOptions } from './options.ts';

/**
 * `1,3`: the relations of delivery `window`, whatever the others have.
 * @param source for messages
 * @throws ConfigurationError where one is no number, or of no relation
 */
export function parseWindowRelations(text: string, relations: number, source: string): ReadonlySet<number> {
  if (text === '') return new Set();
  return new Set(
    text.split(',').map((one) => {
      const relation = /^\s*\d{1,3}\s*$/.test(one) ? Number(one) : Number.NaN;
      if (relation < relations) return relation;
      throw new ConfigurationError(source, [
        `windowRelations: expected relations from 0 to ${relations - 1} with commas between them, found ${JSON.stringify(one)}; for example 1,3`,
      ]);
    }),
  );
}

export function deliveryOf({ delivery, relations, windowRelations }: SimulationOptions, relation: number): Delivery {
  return parseWindowRelations(windowRelations, relations, 'the options').has(relation) ? 'window' : delivery;
}
