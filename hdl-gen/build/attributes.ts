/** Attributes as their user wrote them. */
import { BadAttribute } from '../errors/build-errors.ts';
import { type Attributes, attributeWants } from '../ir/attributes.ts';

/** What is told of an instance. */
export interface InstanceOptions {
  readonly attributes?: Attributes;
}

/** @throws BadAttribute */
export function checkAttributes(of: string, attributes: Attributes = {}): void {
  for (const [name, value] of Object.entries(attributes)) {
    const wanted = attributeWants(name, value);
    if (wanted !== undefined) throw new BadAttribute(of, name, value, wanted);
  }
}
