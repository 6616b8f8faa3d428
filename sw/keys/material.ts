/** What a slot of one peer holds: a key, as long as the engine's are, and a static IV (12 octets) for each direction. */
export interface DirectionKey {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

export interface SlotMaterial {
  readonly transmit: DirectionKey;
  readonly receive: DirectionKey;
}

/** Fills with zeros. JavaScript may have copied the octets before; what it copied is out of reach. */
export function zeroize(material: SlotMaterial): void {
  for (const { key, iv } of [material.transmit, material.receive]) {
    key.fill(0);
    iv.fill(0);
  }
}

export function copyMaterial(material: SlotMaterial): SlotMaterial {
  const copy = ({ key, iv }: DirectionKey): DirectionKey => ({ key: key.slice(), iv: iv.slice() });
  return { transmit: copy(material.transmit), receive: copy(material.receive) };
}
