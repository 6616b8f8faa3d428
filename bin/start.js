// `npm start`: the main job on the embedded default, with an engine that encrypts, judged from outside, on a fresh clone too.
import './node-version.js';
import { installDependencies } from './install.js';

installDependencies({ development: false });
process.argv.splice(2, 0, 'sim', '--engine', 'aes-256-gcm', '--profile', 'std', '--key-log');
await import('./keyturn.js');
