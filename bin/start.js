// `npm start`: the main job on the embedded default, judged from outside, on a fresh clone too.
import { installDependencies } from './install.js';

installDependencies({ development: false });
process.argv.splice(2, 0, 'sim', '--key-log');
await import('./keyturn.js');
