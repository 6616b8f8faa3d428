// `npm start`: the main job on the embedded default, with an engine that encrypts, judged from outside, on a fresh clone too.
import './node-version.js';
import { DEMO } from './demo.js';
import { installDependencies } from './install.js';

installDependencies({ development: false });
process.argv.splice(2, 0, ...DEMO);
await import('./keyturn.js');
