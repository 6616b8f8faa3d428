/** With what shape of a run each setting says nothing, and what the refusal says. */
import { expect, it } from 'vitest';
import { refuseForHardware, refuseForModel, refuseForNetwork, refuseForStations } from '../../../sim/relations/refused.ts';
import { ConfigurationError } from '../../../spec/configuration.ts';

const REFUSALS = { model: refuseForModel, peers: refuseForHardware, stations: refuseForStations, network: refuseForNetwork };
const SHAPES = Object.keys(REFUSALS) as (keyof typeof REFUSALS)[];
const OF_MODEL = 'peers stations network';
const OF_HARDWARE = 'model stations';

it.each([
  ['agreements', '--agreements', OF_MODEL],
  ['outages', '--outages', OF_MODEL],
  ['deviceRestarts', '--device-restarts', OF_MODEL],
  ['agentRestarts', '--agent-restarts', OF_MODEL],
  ['idealAead', '--ideal-aead', OF_MODEL],
  ['rtlDevices', '--rtl-devices', 'model'],
  ['simulator', '--simulator', 'model'],
  ['attacks', '--attacks', 'model'],
  ['cSduLengths', '--c-sdu-lengths', 'model'],
  ['clockPeriod', '--clock-period', 'model stations network'],
  ['restart', '--restart', 'model stations network'],
  ['alarmAfter', '--alarm-after', 'model stations network'],
  ['traffic', '--traffic', 'model stations network'],
  ['waves', '--waves', OF_HARDWARE],
  ['vlanTags', '--vlan-tags', OF_HARDWARE],
  ['hostFrames', '--host-frames', OF_HARDWARE],
  ['outage', '--outage', OF_HARDWARE],
  ['out', '--out', OF_HARDWARE],
  ['keyLog', '--key-log', OF_HARDWARE],
  ['sendInterval', '--send-interval', 'stations'],
  ['rekeyInterval', '--rekey-interval', 'stations'],
  ['delay', '--delay', 'stations'],
  ['jitter', '--jitter', 'stations'],
  ['reorder', '--reorder', 'stations'],
  ['burstStart', '--burst-start', 'stations'],
  ['burstLength', '--burst-length', 'stations'],
  ['silence', '--silence', 'stations'],
  ['nRttEvery', '--n-rtt-every', 'stations'],
  ['frames', '--frames', ''],
  ['seed', '--seed', ''],
  ['relations', '--relations', ''],
])('%s is refused, as %s, by %s', (name, flag, shapes) => {
  const refusing = SHAPES.filter((shape) => {
    try {
      REFUSALS[shape](new Set([name, 'frames', 'seed']), 'the command line');
      return false;
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(String(error)).toContain(`${flag}: `);
      return true;
    }
  });
  expect(refusing.join(' ')).toBe(shapes);
});

it.each([
  ['model', 'waves', '--waves: it is for hardware, and --model has none; leave it out, or leave --model out'],
  ['peers', 'outages', '--outages: it is for reference stations; add --model for them in place of hardware'],
  ['peers', 'idealAead', '--ideal-aead: hardware protects frames by an engine; add --model, or choose one with --engine'],
  ['stations', 'waves', '--waves: it is for one relation, and --relations asks for several; leave one of them out'],
  ['network', 'restart', '--restart: it is for one relation, and --rtl-devices asks for a controller of several; leave one of them out'],
] as const)('for %s, %s says why and what to do', (shape, name, message) => {
  expect(() => REFUSALS[shape](new Set([name]), 'here')).toThrow(new ConfigurationError('here', [message]));
});

it('says all that is refused at once', () => {
  expect(() => refuseForModel(new Set(['waves', 'frames', 'attacks']), 'here')).toThrow(/--waves: .*\n.*--attacks: /s);
});
