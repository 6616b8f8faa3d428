import koffi from 'koffi';

const [AF_UNIX, SOCK_STREAM, SOCK_NONBLOCK] = [1, 1, 0o4000];
const socketpair = koffi.load(null).func('int socketpair(int domain, int type, int protocol, _Out_ int *descriptors)');

/** Two descriptors, each reading what is written to the other; reading too early is an error, and does not wait. */
export function socketPair(): readonly [number, number] {
  const pair = [-1, -1];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) !== 0) throw new Error(`socketpair failed with error ${koffi.errno()}`);
  const [first = -1, second = -1] = pair;
  return [first, second];
}
