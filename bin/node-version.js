// Imported first: what else is imported may be more than an old Node understands.
const OLDEST = [20, 19];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `keyturn: Node ${process.versions.node} is too old, expected ${OLDEST.join('.')} or newer; install it from https://nodejs.org\n`,
  );
  process.exit(1);
}
