/** A simulation was ended from outside, before it had run. */
export class SimulationAborted extends Error {
  constructor() {
    super('the simulation was interrupted; nothing was written');
    this.name = 'SimulationAborted';
  }
}
