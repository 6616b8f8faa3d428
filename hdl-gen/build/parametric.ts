/** Parametric modules: one module for each set of parameters. */

/** What was made for the parameters that lead here, and where further ones lead. */
interface Place {
  made: { readonly module: unknown } | undefined;
  readonly further: Map<unknown, Place>;
}

/**
 * A parametric module: a function from parameters to a module. Whoever asks with the same parameters gets the same module, which so is
 * elaborated, checked and printed once, however many instances there are of it and in however many designs.
 *
 * Parameters are the same if they are one value, or plain objects (options, payloads) with the same properties in the same order,
 * each of which is one value.
 *
 * @example
 * const delayLine = parametric((width: number, cycles: number) => module(`delay_line_${width}_${cycles}`, ports(width), body));
 * @typeParam F the function
 * @param describe called once for each set of parameters; what it throws is not kept
 */
export function parametric<F extends (...parameters: never[]) => unknown>(describe: F): F {
  const first: Place = { made: undefined, further: new Map() };
  const module = (...parameters: never[]): unknown => {
    let place = first;
    for (const part of parameters.flatMap(partsOf)) {
      const next = place.further.get(part) ?? { made: undefined, further: new Map() };
      place.further.set(part, next);
      place = next;
    }
    place.made ??= { module: describe(...parameters) };
    return place.made.module;
  };
  return module as F;
}

/** Where a plain object ends: without, its properties could pass for parameters. */
const END = Symbol('end of the properties');

function partsOf(parameter: unknown): readonly unknown[] {
  if (!isPlain(parameter)) return [parameter];
  // in their order: that of a payload is the order of its bits
  return [...Object.entries(parameter).flat(), END];
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
