/**
 * The XOR engine gives each octet of text once, and one ICV behind each frame, with or without text. That it keeps what it offers, `prove` asks of
 * every stream port.
 */
import { bits, bool, cat, input, module, output, u } from '../../hdl-gen/index.ts';
import { AeadInput, AeadOutput, isEmpty, LENGTH_BITS } from '../../hw/aead/aead.ts';
import { xorEngine } from '../../hw/aead/xor.ts';

export const engineHandshake = module(
  'engine_handshake',
  {
    in: input(AeadInput),
    out: output(AeadOutput),
    start: input(bool),
    encrypt: input(bool),
    open: input(bool),
    aadOctets: input(bits(LENGTH_BITS)),
    textOctets: input(bits(LENGTH_BITS)),
    key: input(bits(128)),
  },
  (io, m) => {
    const engine = m.instance('engine', xorEngine);
    m.connect(io.in, engine.in);
    m.connect(engine.out, io.out);
    engine.start.set(io.start);
    engine.material.set(io.key);
    engine.nonce.set(0);
    engine.encrypt.set(io.encrypt);
    engine.open.set(io.open);
    engine.aadOctets.set(io.aadOctets);
    engine.textOctets.set(io.textOctets);
    const waits = m.past('offer_waited', io.out.valid.and(io.out.ready.not()));

    const r = m.registers({ under: bits(2), lastUnder: bits(1), left: bits(1) });
    const goesIn = io.in.fire.and(io.in.text);
    r.under.next(r.under.add(goesIn.zext(2)).sub(io.out.fire.zext(2)));
    m.when(goesIn, () => r.lastUnder.next(io.in.last));
    const aadAlone = io.in.fire.and(io.in.last).and(io.in.text.not());
    r.left.next(
      io.out.fire
        .and(io.out.last)
        .or(aadAlone)
        .or(io.start.and(isEmpty(io))),
    );
    m.assert('each_octet_of_text_once', r.under.eq(cat(u(1, 0), io.out.valid)));
    m.assert('last_stays_with_its_octet', io.out.valid.not().or(io.out.last.eq(r.lastUnder)));
    m.assert('an_icv_behind_each_frame', engine.icvValid.eq(r.left));
    m.assert('takes_what_it_can_hold', io.in.ready.eq(io.out.valid.not().or(io.out.ready)));
    m.cover('out_waits', waits);
    m.cover('icv', engine.icvValid);
    m.unused(engine.icv);
  },
  'Handshake rules of the XOR engine.',
);
