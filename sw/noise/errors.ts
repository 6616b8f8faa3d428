/** What ends a handshake. None of the messages holds an octet of a key. */

/** A message that no honest peer with these keys, prologue and pattern has sent. Its handshake state must not be used any more. */
export class NoiseAuthenticationFailed extends Error {
  constructor() {
    super('a Noise message does not authenticate: another peer, key, prologue or message than expected; drop the message');
    this.name = 'NoiseAuthenticationFailed';
  }
}

/** A message too short or too long to be the one that is due. */
export class NoiseMessageLength extends Error {
  constructor(found: number, expected: string) {
    super(`a Noise message of ${found} octets, expected ${expected}: drop the message`);
    this.name = 'NoiseMessageLength';
  }
}

/** The Diffie-Hellman function gave zeros: the peer's public key is of small order (RFC 7748, section 6.1). */
export class NoiseZeroSecret extends Error {
  constructor() {
    super('X25519 gave a shared secret of zeros: the public key of the peer is of small order; drop the message');
    this.name = 'NoiseZeroSecret';
  }
}

/** The peer's encapsulation key fails the check of FIPS 203, section 7.2. */
export class NoiseKemKey extends Error {
  constructor() {
    super('ML-KEM-768: the encapsulation key of the peer has a coefficient of 3329 or more; drop the message');
    this.name = 'NoiseKemKey';
  }
}

/** A call that the handshake does not allow now, or a key of the wrong length: a fault of the caller. */
export class NoiseUsage extends Error {
  constructor(problem: string) {
    super(`Noise: ${problem}`);
    this.name = 'NoiseUsage';
  }
}
