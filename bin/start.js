// `npm start`: the main job on the embedded default, on a fresh clone too.
import { installDependencies } from './install.js';

installDependencies({ development: false });
process.argv.splice(2, 0, 'sim');
await import('./keyturn.js');
